import { Clients, type LoadPlan } from "./clients";
import type { Credentials } from "../../../src/registry/client";

/** What the tests tell the program of the clients. */
export type LoadOrder =
  | { order: "begin"; plan: LoadPlan }
  | { order: "follow"; credentials: Credentials }
  | { order: "report" }
  | { order: "end" };

let clients: Clients | undefined;

async function obey(message: LoadOrder): Promise<void> {
  if (message.order === "begin") clients = new Clients(message.plan);
  else if (message.order === "follow") clients?.follow(message.credentials);
  else if (message.order === "report") process.send?.(clients?.report());
  else {
    process.send?.(await clients?.end());
    process.disconnect();
  }
}

// A process of its own: what the tests do meanwhile must not make a client late.
process.on("message", (message: LoadOrder) => {
  obey(message).catch((error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exit(1);
  });
});
// The tests are gone.
process.on("disconnect", () => process.exit());
