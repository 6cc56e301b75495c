import { log } from "@pulumi/pulumi";
import { Transfers } from "../render/transfers";
import type { Meter } from "../seeding/meter";

/** How often the engine is told how far bytes have come. */
const tellMs = 1000;

const transfers = new Transfers();
let timer: NodeJS.Timeout | undefined;

/** Where providers say what they do. */
export const progress = {
  /** What their process prints, the engine shows beside the resource, and again when it ends. */
  say: (message: string): void => {
    process.stdout.write(`${message}\n`);
  },
  /** Tells how far it has come, for as long as it runs: on terminals alone, where the engine shows it and keeps it nowhere. */
  transfer: ((what, total) => {
    const { moved, end } = transfers.begin(what, total);
    timer ??= setInterval(tell, tellMs).unref();
    return {
      moved,
      end: () => {
        end();
        if (transfers.text() !== undefined) return;
        clearInterval(timer);
        timer = undefined;
      },
    };
  }) satisfies Meter,
};

function tell(): void {
  const text = transfers.text();
  if (text === undefined || !knowsEngine()) return;
  void log.info(text, undefined, undefined, true);
}

/**
 * Whether this process can log with its engine. That of dynamic providers is told where it is (cmd/dynamic-provider of the SDK), and
 * does not tell the SDK's log.
 */
function knowsEngine(): boolean {
  const [, program = "", address] = process.argv;
  if (!program.includes("dynamic-provider") || address === undefined) return false;
  try {
    const { getStore } = require("@pulumi/pulumi/runtime/state.js") as {
      getStore: () => { settings: { options: { engineAddr?: string } } };
    };
    getStore().settings.options.engineAddr ??= address;
    return true;
  } catch {
    // Another SDK keeps it elsewhere. Nobody fails a push for that.
    return false;
  }
}

/** Counts work that is asked for and done, for a line such as "2 of 5". */
export class Tally {
  #asked = 0;
  #done = 0;

  async count<T>(work: () => Promise<T>, describe: (result: T) => string): Promise<T> {
    this.#asked++;
    const result = await work();
    this.#done++;
    progress.say(`${describe(result)} (${this.#done} of ${this.#asked})`);
    return result;
  }
}
