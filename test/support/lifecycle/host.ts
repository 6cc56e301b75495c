import { createRequire } from "node:module";

/*
 * Runs the program of a project for an engine that has no Node language host: the server that the Automation API keeps for inline
 * programs, in a process of its own, which can be killed with the engine, and used again where it was not.
 */

const pulumiRequire = createRequire(require.resolve("@pulumi/pulumi"));
const { LanguageServer } = pulumiRequire("@pulumi/pulumi/automation/server.js") as {
  LanguageServer: new (program: () => Promise<unknown>) => object;
};
const { LanguageRuntimeService } = pulumiRequire("@pulumi/pulumi/proto/language_grpc_pb.js") as {
  LanguageRuntimeService: object;
};
const grpc = pulumiRequire("@grpc/grpc-js") as {
  Server: new (options: object) => {
    addService: (definition: object, server: object) => void;
    bindAsync: (
      address: string,
      as: unknown,
      done: (error: Error | null, port: number) => void,
    ) => void;
  };
  ServerCredentials: { createInsecure: () => unknown };
};

// Pulumi's SDK asks for a stack trace at each of its calls; with source maps they take a tenth of a run.
process.setSourceMapsEnabled(false);

const load = createRequire(__filename);
const index = process.argv[2] ?? "";

/** The program reads its configuration where it begins: it is loaded anew for each run, what it is made of is not. */
const program = async (): Promise<unknown> => {
  Reflect.deleteProperty(load.cache, index);
  const exported: unknown = load(index);
  return typeof exported === "function" ? await (exported as () => Promise<unknown>)() : exported;
};

const server = new grpc.Server({
  "grpc.max_receive_message_length": -1,
  "grpc.max_send_message_length": -1,
});
server.addService(LanguageRuntimeService, new LanguageServer(program));
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  process.stdout.write(`${port}\n`);
});
// Nobody may outlive the tests.
process.stdin.on("end", () => process.exit()).resume();
