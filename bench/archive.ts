import { execFileSync, spawnSync } from "node:child_process";
import { createReadStream, createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { writeDemoArchive } from "../src/images/archives/demoArchive";
import { readArchive } from "../src/images/archives/archive";

/**
 * What it costs to learn which image a docker-archive of 1 GiB holds: `npx tsx bench/archive.ts`. The archive has eight
 * layers of incompressible bytes. Each way runs five times, in a process of its own where it is ours; the median is told.
 */
const print = (text: string) => process.stdout.write(`${text}\n`);
const megabytes = (bytes: number) => (bytes / 1024 ** 2).toFixed(0);

interface Measured {
  ms: number;
  /** Of the whole process at its peak, and how much of that came with reading. */
  peak: number;
  more: number;
}

async function measureHere(path: string): Promise<Measured> {
  const before = process.memoryUsage().rss;
  const start = performance.now();
  await readArchive(path);
  const ms = performance.now() - start;
  const peak = process.resourceUsage().maxRSS * 1024;
  return { ms, peak, more: Math.max(0, process.memoryUsage().rss - before) };
}

const median = (values: number[]) =>
  values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

function ours(path: string, times: number): string {
  const runs = Array.from({ length: times }, () => {
    const text = execFileSync(process.execPath, ["--import", "tsx", __filename, path], {
      encoding: "utf8",
    });
    return JSON.parse(text) as Measured;
  });
  const of = (name: keyof Measured) => median(runs.map((run) => run[name]));
  return `${of("ms").toFixed(1)} ms, ${megabytes(of("more"))} MB more than before (the whole process ${megabytes(of("peak"))} MB)`;
}

function theirs(command: string, args: string[]): string {
  const runs = Array.from({ length: 5 }, () => {
    const start = performance.now();
    const { status } = spawnSync(command, args, { stdio: "ignore" });
    return status === 0 ? performance.now() - start : Number.NaN;
  });
  return Number.isNaN(runs[0]) ? "not there" : `${median(runs).toFixed(0)} ms, its start included`;
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "zot-fleet-bench-"));
  try {
    const path = join(folder, "image.tar");
    await writeDemoArchive(path, {
      platform: "linux/amd64",
      repoTag: "bench:1",
      sizeBytes: 1024 ** 3,
      layers: 8,
    });
    print(`readArchive, plain:      ${ours(path, 5)}`);
    print(
      `skopeo inspect --config: ${theirs("skopeo", ["inspect", "--config", `docker-archive:${path}`])}`,
    );
    print(`tar --list:              ${theirs("tar", ["-tf", path])}`);
    await pipeline(
      createReadStream(path),
      createGzip({ level: 1 }),
      createWriteStream(`${path}.gz`),
    );
    print(`readArchive, gzip:       ${ours(`${path}.gz`, 3)}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const [path] = process.argv.slice(2);
if (path === undefined) void main();
else void measureHere(path).then((measured) => print(JSON.stringify(measured)));
