import { DifferentContent, Refused } from "./way";
import type { LoadImage } from "./images";

/** A client's whole errand: all requests of an image. */
export type Action = "pull" | "slow read" | "push";

/** An errand that did not come to its end: the first failed request ends it, since nothing is asked again. */
export interface Failure {
  action: Action;
  /** A status, or the code of the connection's error. */
  kind: string;
  /** What was asked, and what came. */
  text: string;
  /** Milliseconds since 1970. */
  at: number;
}

/** What clients did and saw. */
export interface LoadReport {
  /** Errands that ended well. */
  done: Record<Action, number>;
  requests: number;
  /** How often a connection that a client kept was found closed. */
  reconnected: number;
  failures: Failure[];
  /** Answers with bytes that their digests do not have. */
  different: string[];
  /** What was answered 201, to be read back. */
  pushed: LoadImage[];
  /** The longest errand, in seconds. */
  slowest: Record<Action, number>;
}

/** Notes how errands end. */
export class Outcomes {
  readonly #report: LoadReport = {
    done: { pull: 0, "slow read": 0, push: 0 },
    requests: 0,
    reconnected: 0,
    failures: [],
    different: [],
    pushed: [],
    slowest: { pull: 0, "slow read": 0, push: 0 },
  };

  async note<T>(action: Action, errand: () => Promise<T>): Promise<T | undefined> {
    const started = Date.now();
    const { done, failures, different, slowest } = this.#report;
    try {
      const result = await errand();
      done[action]++;
      return result;
    } catch (error) {
      if (error instanceof DifferentContent) different.push(error.message);
      else failures.push({ action, kind: kindOf(error), text: textOf(error), at: Date.now() });
      return undefined;
    } finally {
      slowest[action] = Math.max(slowest[action], (Date.now() - started) / 1000);
    }
  }

  pushed(image: LoadImage): void {
    this.#report.pushed.push(image);
  }

  report(requests: number, reconnected: number): LoadReport {
    return { ...this.#report, requests, reconnected };
  }
}

/** How often each kind of failure was seen, as `push 500 ×3`. */
export function kindsOf({ failures }: Pick<LoadReport, "failures">): string[] {
  const counts = new Map<string, number>();
  for (const { action, kind } of failures) {
    const name = `${action} ${kind}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([name, count]) => `${name} ×${count}`).sort();
}

function kindOf(error: unknown): string {
  if (error instanceof Refused) return String(error.status);
  const { code, name } = error as { code?: string; name?: string };
  return code ?? name ?? "error";
}

/** With the causes: `terminated` alone says nothing. */
function textOf(error: unknown): string {
  const { message, cause } = error as { message?: string; cause?: unknown };
  return [message ?? "", ...(cause === undefined ? [] : [textOf(cause)])].join(": ");
}
