import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";

/** What work in a process of its own gave, took, and had as memory at its peak, Node and tsx included. */
interface Ran<Result> {
  result: Result;
  seconds: number;
  megabytes: number;
}

/** Runs the work of a module, which calls `asChild`, in a process of its own. The job arrives by its standard input. */
export async function inChild<Result>(module: string, job: object): Promise<Ran<Result>> {
  const args = ["--import", "tsx", module, childFlag];
  const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
  child.stdin.end(JSON.stringify(job));
  return JSON.parse(await text(child.stdout)) as Ran<Result>;
}

/** Does the work, in the process that `inChild` started for it. */
export function asChild(module: NodeJS.Module, work: (job: never) => Promise<unknown>): void {
  if (require.main === module && process.argv[2] === childFlag) void answer(work);
}

const childFlag = "--as-child";

async function answer(work: (job: never) => Promise<unknown>): Promise<void> {
  const job = JSON.parse(await text(process.stdin)) as never;
  const started = performance.now();
  const result = await work(job);
  const seconds = (performance.now() - started) / 1000;
  const megabytes = process.resourceUsage().maxRSS / 1024;
  process.stdout.write(JSON.stringify({ result, seconds, megabytes }));
}
