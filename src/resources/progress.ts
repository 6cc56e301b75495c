/** Where providers say what they do: what their process prints, the engine shows beside the resource. */
export const progress = {
  say: (message: string): void => {
    process.stdout.write(`${message}\n`);
  },
};

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
