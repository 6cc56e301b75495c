import { oneLine } from "./terminal";

/** What a line needs of the terminal that it moves on. */
export interface LineStream {
  isTTY?: boolean | undefined;
  columns?: number | undefined;
  write: (text: string) => unknown;
}

/** Back to the line's start, and what stood there away (ECMA-48, "CR" and "EL"). */
const wiped = "\r\u001b[K";

/** How often it may move: what changes faster nobody reads. */
const drawMs = 100;

/** Whether a line may move on `stream`: on a terminal that somebody looks at. Nothing is ever coloured, so NO_COLOR has nothing to say. */
export function mayMove(stream: LineStream, env: NodeJS.ProcessEnv): boolean {
  const inCI = !["", "0", "false"].includes(env["CI"] ?? "");
  return stream.isTTY === true && !inCI && env["TERM"] !== "dumb";
}

/** One line that says what is being done, and for how long now. It stands in no log: whatever stays is told elsewhere. */
export class MovingLine {
  readonly #stream: LineStream;
  readonly #now: () => number;
  readonly #since: number;
  #text = "";
  /** What stands on the terminal. */
  #drawn = "";
  #timer: NodeJS.Timeout | undefined;

  constructor(stream: LineStream, now = Date.now) {
    this.#stream = stream;
    this.#now = now;
    this.#since = now();
  }

  /** What is being done now. */
  show(text: string): void {
    this.#text = oneLine(text);
    if (this.#timer !== undefined) return;
    this.#draw();
    this.#timer = setInterval(() => {
      this.#draw();
    }, drawMs).unref();
  }

  /** Takes the line away; the next `show` brings it back. */
  clear(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    if (this.#drawn !== "") this.#stream.write(wiped);
    this.#drawn = "";
  }

  #draw(): void {
    const seconds = Math.floor((this.#now() - this.#since) / 1000);
    const line = cut(`${String(seconds).padStart(4)}s  ${this.#text}`, this.#stream.columns);
    if (line !== this.#drawn) this.#stream.write(`${wiped}${line}`);
    this.#drawn = line;
  }
}

/** As much as fits: a line that is broken in two could not be taken away. The last column would break some terminals' lines. */
function cut(line: string, columns: number | undefined): string {
  const characters = Array.from(line);
  // A terminal that does not know its width says 0.
  const most = Math.max(columns === undefined || columns === 0 ? 80 : columns, 2) - 1;
  return characters.length <= most ? line : `${characters.slice(0, most - 1).join("")}…`;
}
