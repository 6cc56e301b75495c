import { sizeText } from "./size";

/** For how long back the rate is looked at, in ms: a registry that stalls shows soon, and a single piece does not. */
const windowMs = 10_000;
/** Before that a rate says nothing. */
const leastMs = 1000;

interface Running {
  what: string;
  total: number | undefined;
  /** Undefined where nobody counts. */
  done: number | undefined;
}

/** Things whose bytes move at the same time, told in one line. */
export class Transfers {
  readonly #now: () => number;
  readonly #running = new Set<Running>();
  /** When how many bytes had moved in all, of late. */
  #samples: { at: number; moved: number }[] = [];
  #moved = 0;

  constructor(now = Date.now) {
    this.#now = now;
  }

  begin(what: string, total?: number): { moved: (bytes: number) => void; end: () => void } {
    // What moved before a pause says nothing of how fast it moves now.
    if (this.#running.size === 0) this.#samples = [{ at: this.#now(), moved: this.#moved }];
    const running: Running = { what, total, done: undefined };
    this.#running.add(running);
    return {
      moved: (bytes) => {
        // What is counted from outside may be a little more than there is.
        const done = Math.min(bytes, total ?? bytes);
        this.#moved += Math.max(0, done - (running.done ?? 0));
        running.done = Math.max(done, running.done ?? 0);
      },
      end: () => this.#running.delete(running),
    };
  }

  /**
   * Such as `about 45.2 MiB of 191.0 MiB, 12.1 MiB/s, 12 s left: pushing a:1 and 1 more`, the name last, since a terminal may cut it;
   * without what nobody knows. Of what has not begun nothing is said: whether it has to move at all is seen then. Undefined where
   * nothing moves.
   */
  text(): string | undefined {
    const [first, ...others] = this.#running;
    if (first === undefined) return undefined;
    const name = others.length === 0 ? first.what : `${first.what} and ${others.length} more`;
    const all = [first, ...others];
    const counted = all.filter((each) => each.done !== undefined);
    if (counted.length === 0) return name;
    const done = sum(counted, (each) => each.done ?? 0);
    const isWhole = all.every(({ total }) => total !== undefined);
    const total = sum(all, (each) => each.total ?? 0);
    const rate = this.#rate();
    const parts = [
      `about ${sizeText(done)}${isWhole ? ` of ${sizeText(total)}` : ""}`,
      ...(rate === undefined ? [] : [`${sizeText(Math.round(rate))}/s`]),
      ...(rate === undefined || rate === 0 || !isWhole || done >= total
        ? []
        : [`${timeText((total - done) / rate)} left`]),
    ];
    return `${parts.join(", ")}: ${name}`;
  }

  /** Bytes a second. */
  #rate(): number | undefined {
    const at = this.#now();
    this.#samples.push({ at, moved: this.#moved });
    // One that is older than the window stays, as its beginning.
    while ((this.#samples[1]?.at ?? at) <= at - windowMs) this.#samples.shift();
    const [oldest] = this.#samples;
    if (oldest === undefined || at - oldest.at < leastMs) return undefined;
    return ((this.#moved - oldest.moved) * 1000) / (at - oldest.at);
  }
}

const sum = <T>(all: readonly T[], of: (each: T) => number) =>
  all.reduce((before, each) => before + of(each), 0);

/** A time to come, as coarse as it is known. */
function timeText(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`;
}
