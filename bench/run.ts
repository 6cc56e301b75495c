import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { findTool } from "../src/system/tools";
import type { Benchmark, Measurement } from "./benchmark";
import { compressOnce } from "./compressOnce";
import { doctor } from "./doctor";
import { preview } from "./preview";
import { push } from "./push";
import { pushMemory } from "./pushMemory";
import { readArchive } from "./readArchive";
import { status } from "./status";
import { tags } from "./tags";

const benchmarks: Readonly<Record<string, Benchmark>> = {
  push,
  compressOnce,
  pushMemory,
  readArchive,
  tags,
  status,
  doctor,
  preview,
};

const usage = `Usage: npm run bench -- [--quick] [--json] [name…]

Measures what is promised, as ratios to a peer's figure on this machine: ours / peer, less is better. Ends with 0 where every goal
is kept, with 1 where one is missed or a comparison failed, with 2 where nothing was measured.

  --quick   less work, about a minute, and no goals: starting a process weighs more than the work then
  --json    print {"results": [{name, unit, ours, peer, ratio, goal}], "skipped": [{name, because}]}

${Object.entries(benchmarks)
  .map(([name, { about }]) => `  ${name.padEnd(14)}${about}`)
  .join("\n")}
`;

interface Skipped {
  name: string;
  because: string;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      quick: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
      // For the process that measures.
      to: { type: "string" },
    },
  });
  const { quick, json, help, to } = values;
  const unknown = positionals.filter((name) => !(name in benchmarks));
  if (help || unknown.length > 0) {
    if (unknown.length > 0) process.stderr.write(`There is no benchmark ${unknown.join(", ")}.\n`);
    process.stdout.write(usage);
    return help ? 0 : 2;
  }
  if (to !== undefined) return measureHere(positionals[0] ?? "", quick, to);
  const names = positionals.length > 0 ? positionals : Object.keys(benchmarks);
  const results: Measurement[] = [];
  const skipped: Skipped[] = [];
  let failed = false;
  for (const name of names) {
    const because = whyNot(name, quick && positionals.length === 0);
    if (because !== undefined) {
      skipped.push({ name, because });
      continue;
    }
    if (!json) process.stdout.write(`${name}: ${benchmarks[name]?.about ?? ""}\n`);
    const measured = (await inProcess(name, quick))?.map((found) =>
      quick ? { ...found, goal: null } : found,
    );
    failed ||= measured === undefined;
    results.push(...(measured ?? []));
    if (!json) process.stdout.write((measured ?? []).map(line).join(""));
  }
  if (json) process.stdout.write(`${JSON.stringify({ results, skipped }, undefined, 2)}\n`);
  else
    process.stdout.write(
      skipped.map((each) => `${each.name}: skipped, ${each.because}\n`).join(""),
    );
  if (results.length === 0) return 2;
  return failed || results.some(isMissed) ? 1 : 0;
}

function whyNot(name: string, isQuick: boolean): string | undefined {
  const { tools = [], cluster = false, long = false } = benchmarks[name] ?? {};
  if (isQuick && long) return "it takes longer than --quick allows: name it to run it";
  const missing = tools.filter((tool) => findTool(tool) === undefined);
  if (missing.length > 0) return `not on PATH: ${missing.join(", ")}`;
  const unset = cluster ? ["KUBECONFIG", "ZOT_CHARTS"].filter((key) => !process.env[key]) : [];
  return unset.length > 0 ? `${unset.join(" and ")} not set: it needs a cluster` : undefined;
}

const isMissed = ({ ratio, goal }: Measurement) => goal !== null && !(ratio <= goal);

function line(found: Measurement): string {
  const { name, unit, ours, peer, ratio, goal } = found;
  const promised = goal === null ? "" : `, goal ${goal}${isMissed(found) ? ": MISSED" : ""}`;
  return `  ${name}: ${figure(ours)} against ${figure(peer)} ${unit}, ratio ${figure(ratio)}${promised}\n`;
}

const figure = (value: number) => String(Number(value.toPrecision(value < 0.1 ? 2 : 3)));

/** A process for each: its memory, its CPU and its environment are the benchmark's alone. */
async function inProcess(name: string, quick: boolean): Promise<Measurement[] | undefined> {
  const flags = [...(quick ? ["--quick"] : []), "--to", "3"];
  const args = ["--import", "tsx", __filename, name, ...flags];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "inherit", "pipe"] });
  let text = "";
  child.stdio[3]?.on("data", (chunk: Buffer) => (text += chunk.toString()));
  const code = await new Promise((resolve) => child.once("close", resolve));
  return code === 0 ? (JSON.parse(text) as Measurement[]) : undefined;
}

async function measureHere(name: string, quick: boolean, to: string): Promise<number> {
  writeFileSync(Number(to), JSON.stringify(await benchmarks[name]?.run(quick)));
  return 0;
}

main().then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exitCode = 2;
  },
);
