import { oneLine } from "../render/terminal";

/** Whether standard output is a terminal that shows colours and nobody asked for none (no-color.org). */
export function colorWanted(): boolean {
  return process.stdout.isTTY && !process.env["NO_COLOR"] && process.env["TERM"] !== "dumb";
}

/** Tells a person on standard error; what steers a terminal does not. */
export function say(message: string): void {
  process.stderr.write(`${message.split("\n").map(oneLine).join("\n")}\n`);
}
