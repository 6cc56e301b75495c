import { runtime } from "@pulumi/pulumi";

type Callback = (error: CallError | null, response?: unknown) => void;

/** A failed call, as gRPC tells it: its code, and what the other side said. */
interface CallError extends Error {
  code?: number;
  details?: string;
}

type Monitor = Record<string, (request: unknown, ...rest: unknown[]) => unknown>;

/** What a program asks of its engine. */
const calls = ["registerResource", "registerResourceOutputs", "readResource", "invoke", "call"];

/** gRPC's CANCELLED and UNAVAILABLE (grpc.io, "Status codes"). */
const ending = new Set([1, 14]);

/** gRPC's INTERNAL: a failure that the SDK reports. */
const internal = 13;

/** What an engine answers whose deployment has failed elsewhere (pulumi/pulumi, resource/deploy/source_eval.go). */
const shutDown = "resource monitor shut down";

/** The engines whose calls are wrapped. */
const wrapped = new WeakSet<object>();

/**
 * Makes a call fail whose connection was lost. The SDK takes CANCELLED and UNAVAILABLE for an engine that ends, and ends the program
 * without a word (sdk/nodejs/runtime/resource.ts); where the engine lives, it believes the program to be whole, and deletes all that
 * was not declared: by a real engine, `pulumi up` ended well and had deleted every resource. To be called before anything is
 * declared; what is made of our classes calls it, too.
 */
export function refuseLostCalls(): void {
  const monitor = runtime.getMonitor() as unknown as Monitor | undefined;
  if (monitor === undefined || wrapped.has(monitor)) return;
  wrapped.add(monitor);
  let problem: CallError | undefined;
  for (const name of calls) {
    const original = monitor[name]?.bind(monitor);
    if (original === undefined) continue;
    monitor[name] = (request, ...rest) => {
      const callback = rest.pop() as Callback;
      return original(request, ...rest, (error: CallError | null, response: unknown) => {
        if (error === null || !ending.has(error.code ?? 0)) callback(error, response);
        else if (error.details?.startsWith(shutDown) === true) callback(error);
        else
          whetherEngineLives(monitor, (lives) => {
            if (lives) problem = lost(error);
            callback(problem ?? error);
          });
      });
    };
  }
  // The Automation API tells the engine that the program is whole before it looks whether something failed.
  const signal = monitor["signalAndWaitForShutdown"]?.bind(monitor);
  if (signal === undefined) return;
  monitor["signalAndWaitForShutdown"] = (request, ...rest) => {
    if (problem === undefined) return signal(request, ...rest);
    (rest.pop() as Callback)(problem);
    return undefined;
  };
}

function lost(error: CallError): CallError {
  const text = "the connection to Pulumi's engine was lost: nothing more was changed. Run it again";
  return Object.assign(new Error(`${text} (${error.message})`), { code: internal, details: text });
}

function whetherEngineLives(monitor: Monitor, tell: (lives: boolean) => void): void {
  const { SupportsFeatureRequest } = require("@pulumi/pulumi/proto/resource_pb.js") as {
    SupportsFeatureRequest: new () => { setId: (id: string) => void };
  };
  const question = new SupportsFeatureRequest();
  question.setId("secrets");
  monitor["supportsFeature"]?.(question, (error: CallError | null) => {
    tell(error === null);
  });
}
