import { mayMove, MovingLine } from "../render/movingLine";
import { oneLine } from "../render/terminal";
import { Transfers } from "../render/transfers";
import type { Meter } from "../seeding/meter";

/** Whether standard output is a terminal that shows colours and nobody asked for none (no-color.org). */
export function colorWanted(): boolean {
  return process.stdout.isTTY && !process.env["NO_COLOR"] && process.env["TERM"] !== "dumb";
}

let line: MovingLine | undefined;

/** Whether somebody at a terminal sees what is being done. */
export const isWatched = (): boolean => mayMove(process.stderr, process.env);

/** Says on a terminal, for the moment, what is being done. Nothing anywhere else. */
export function showDoing(text: string): void {
  if (!isWatched()) return;
  if (line === undefined) {
    line = new MovingLine(process.stderr);
    process.once("exit", endDoing);
    for (const signal of ["SIGINT", "SIGTERM"] as const)
      process.once(signal, () => {
        endDoing();
        // Who listens as well ends this process, or has a reason not to.
        if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
      });
  }
  line.show(text);
}

const transfers = new Transfers();
let timer: NodeJS.Timeout | undefined;

/** The same of what moves bytes, with how far that has come. */
export const showTransfer: Meter = (what, total) => {
  const { moved, end } = transfers.begin(what, total);
  const tell = () => {
    const text = transfers.text();
    if (text !== undefined) showDoing(text);
  };
  tell();
  timer ??= setInterval(tell, 250).unref();
  return { moved, end };
};

/** Takes that away: before anything else is written to the terminal. */
export function endDoing(): void {
  clearInterval(timer);
  timer = undefined;
  line?.clear();
}

/** Tells a person on standard error; what steers a terminal does not. */
export function say(message: string): void {
  endDoing();
  process.stderr.write(`${message.split("\n").map(oneLine).join("\n")}\n`);
}
