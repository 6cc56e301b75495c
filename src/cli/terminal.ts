/** Whether standard output is a terminal that shows colours and nobody asked for none (no-color.org). */
export function colorWanted(): boolean {
  return process.stdout.isTTY && !process.env["NO_COLOR"] && process.env["TERM"] !== "dumb";
}
