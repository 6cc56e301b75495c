import { readFileSync } from "node:fs";
import { CliError } from "./failure";

/** What is wrong with an argument is the caller's to mend. */
export function refuse<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new CliError(error instanceof Error ? error.message : String(error));
  }
}

export function readFile(path: string): string {
  return refuse(() => readFileSync(path, "utf8"));
}
