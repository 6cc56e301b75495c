import { createRequire } from "node:module";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";

/*
 * What a resource provider needs of gRPC. The packages are those that Pulumi's SDK brings along: the types on both sides of the wire
 * have to be the same.
 */

const pulumiRequire = createRequire(require.resolve("@pulumi/pulumi"));
const grpc = pulumiRequire("@grpc/grpc-js") as {
  Server: new (options: object) => {
    addService: (definition: object, methods: Record<string, unknown>) => void;
    bindAsync: (
      address: string,
      credentials: unknown,
      done: (error: Error | null, port: number) => void,
    ) => void;
  };
  ServerCredentials: { createInsecure: () => unknown };
  Metadata: new () => { add: (key: string, value: Buffer) => void };
};
const { Struct } = pulumiRequire("google-protobuf/google/protobuf/struct_pb.js") as {
  Struct: { fromJavaScript: (value: object) => PlainStruct };
};
const { Any } = pulumiRequire("google-protobuf/google/protobuf/any_pb.js") as {
  Any: new () => { pack: (bytes: Uint8Array, name: string) => void };
};
export const { Empty } = pulumiRequire("google-protobuf/google/protobuf/empty_pb.js") as {
  Empty: new () => unknown;
};
const { Status } = pulumiRequire("@pulumi/pulumi/proto/status_pb.js") as {
  Status: new () => {
    setCode: (code: number) => void;
    setMessage: (text: string) => void;
    addDetails: (any: unknown) => void;
    serializeBinary: () => Uint8Array;
  };
};
const { ResourceProviderService } = pulumiRequire("@pulumi/pulumi/proto/provider_grpc_pb.js") as {
  ResourceProviderService: object;
};
export const { PluginInfo } = pulumiRequire("@pulumi/pulumi/proto/plugin_pb.js") as {
  PluginInfo: new () => { setVersion: (version: string) => void };
};

export type Props = Record<string, unknown>;
interface PlainStruct {
  toJavaScript: () => Props;
}

export const props = (struct: unknown): Props =>
  (struct as PlainStruct | undefined)?.toJavaScript() ?? {};
export const struct = (value: object) =>
  Struct.fromJavaScript(JSON.parse(JSON.stringify(value)) as object) as never;

/** An error as gRPC carries it; with an id, of a resource that was made and is not as it should be. */
function rpcError(error: unknown): object {
  const { message, id, properties } = error as Error & { id?: string; properties?: Props };
  const metadata = new grpc.Metadata();
  if (id !== undefined) {
    const detail = new ErrorResourceInitFailed();
    detail.setId(id);
    detail.setProperties(struct(properties ?? {}));
    detail.setReasonsList([message]);
    const [any, status] = [new Any(), new Status()];
    any.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
    status.setCode(2);
    status.setMessage(message);
    status.addDetails(any);
    metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  }
  return { code: 2, message, metadata };
}

/** Serves these methods on loopback, and tells the engine where. */
export function serve(methods: Readonly<Record<string, (request: never) => unknown>>): void {
  const server = new grpc.Server({
    "grpc.max_receive_message_length": -1,
    "grpc.max_send_message_length": -1,
  });
  server.addService(
    ResourceProviderService,
    Object.fromEntries(
      Object.entries(methods).map(([name, method]) => [
        name,
        (call: { request: never }, done: (error: object | null, response?: unknown) => void) => {
          Promise.resolve()
            .then(() => method(call.request))
            .then(
              (response) => {
                done(null, response);
              },
              (error: unknown) => {
                done(rpcError(error));
              },
            );
        },
      ]),
    ),
  );
  server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
    if (error !== null) throw error;
    process.stdout.write(`${port}\n`);
  });
}
