/**
 * 300 repositories with 20 tags each: the catalog and manifest checks against a loop of `crane digest`, on a real Zot.
 *
 *     PATH=<folder with zot and crane>:$PATH npx tsx bench/checks.ts [repositories] [tags] [open]
 *
 * With `open` the registry has no accounts. Otherwise Zot compares a bcrypt hash for every request (pkg/api/htpasswd.go), at
 * the lowest cost here and still most of its work: then both sides mostly measure that.
 *
 * Prints what was measured and the ratio; ends with 1 where a check fails or a bound is broken.
 */
import { execFile, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import pLimit from "p-limit";
import type { Expectations, ExpectedImage } from "../src/checks/expectations";
import { registryChecks } from "../src/checks/allChecks";
import { countResults } from "../src/checks/outcomes";
import { runChecks } from "../src/checks/runChecks";
import { RegistryClient } from "../src/registry/client";
import { sha256 } from "../src/images/digest";
import { mediaTypes } from "../src/images/mediaTypes";
import { requireTool } from "../src/system/tools";
import { pushBlob } from "../test/support/push";
import { startZot } from "../test/support/registry";

const password = "bench-password";
const credentials = { username: "ada", password };
const mostMegabytes = 200;
const leastRatio = 10;
/** crane is run this often and the time scaled: a whole loop takes minutes. */
const sample = 50;
const runs = 3;

interface Measured {
  seconds: number;
  megabytes: number;
  counts: ReturnType<typeof countResults>;
}

interface Round extends Measured {
  /** Seconds of a whole loop of crane. */
  loop: number;
}

interface Job {
  url: string;
  expectations: Expectations;
}

async function main(): Promise<number> {
  const [, , first = "300", second = "20", mode = "accounts"] = process.argv;
  if (first === "--measure") return measure(second);
  const [repositories, tags] = [Number(first), Number(second)];
  requireTool("zot");
  const crane = requireTool("crane");
  const folder = mkdtempSync(join(tmpdir(), "zot-fleet-bench-"));
  const registry = await startZot(mode === "open" ? {} : { users: { ada: password } });
  try {
    const started = Date.now();
    const images = await fill(registry.url, repositories, tags);
    say(`${images.length} tags in ${repositories} repositories, pushed in ${since(started)} s`);
    const job: Job = {
      url: registry.url,
      expectations: {
        accounts: [{ ...credentials, role: "admin" }],
        retired: [],
        images,
      },
    };
    const file = join(folder, "job.json");
    writeFileSync(file, JSON.stringify(job));
    const rounds: Round[] = [];
    // Both by turns, so that what else the machine does falls on both.
    for (let round = 0; round < runs; round++) {
      const loop = await craneLoop(crane, folder, registry.host, images);
      rounds.push({ loop, ...(await inChild(file)) });
    }
    return report(rounds, images.length);
  } finally {
    await registry.stop();
    rmSync(folder, { recursive: true });
  }
}

/** One config and one layer a repository, a manifest of its own for every tag. */
async function fill(url: string, repositories: number, tags: number): Promise<ExpectedImage[]> {
  const client = new RegistryClient({ url, credentials, concurrency: 16 });
  const atOnce = pLimit(8);
  const config = Buffer.from(JSON.stringify({ os: "linux", architecture: "amd64", rootfs: {} }));
  const layer = Buffer.from("a layer");
  try {
    const images = await Promise.all(
      Array.from({ length: repositories }, (_, at) =>
        atOnce(async () => {
          const repository = `team-${at % 20}/app-${at}`;
          for (const blob of [config, layer]) await pushBlob(client, repository, blob);
          const pushed: ExpectedImage[] = [];
          for (let tag = 0; tag < tags; tag++) {
            const bytes = manifest(config, layer, `${repository}:v${tag}`);
            const type = mediaTypes.ociManifest;
            const digest = await client.putManifest(repository, `v${tag}`, bytes, type);
            pushed.push({ repository, tags: [`v${tag}`], digest, platforms: [] });
          }
          return pushed;
        }),
      ),
    );
    return images.flat();
  } finally {
    await client.close();
  }
}

function manifest(config: Buffer, layer: Buffer, name: string): Buffer {
  const descriptor = (mediaType: string, bytes: Buffer) => ({
    mediaType,
    digest: sha256(bytes),
    size: bytes.length,
  });
  return Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: mediaTypes.ociManifest,
      config: descriptor(mediaTypes.ociConfig, config),
      layers: [descriptor(mediaTypes.ociLayer, layer)],
      annotations: { name },
    }),
  );
}

/** In a process of its own, so that its memory is that of the checks. */
async function inChild(file: string): Promise<Measured> {
  const args = ["--import", "tsx", __filename, "--measure", file];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => (text += chunk.toString()));
  await new Promise((resolve) => child.once("close", resolve));
  return JSON.parse(text) as Measured;
}

async function measure(file: string): Promise<number> {
  const { url, expectations } = JSON.parse(readFileSync(file, "utf8")) as Job;
  const started = performance.now();
  const only = new Set(["ZF301", "ZF303"]);
  const results = await runChecks(registryChecks, { url }, expectations, { only });
  const measured: Measured = {
    seconds: (performance.now() - started) / 1000,
    megabytes: process.resourceUsage().maxRSS / 1024,
    counts: countResults(results),
  };
  process.stdout.write(JSON.stringify(measured));
  return 0;
}

/** Seconds that a loop over all tags takes, from a sample spread over them. */
async function craneLoop(
  crane: string,
  folder: string,
  host: string,
  images: readonly ExpectedImage[],
): Promise<number> {
  const auth = Buffer.from(`${credentials.username}:${password}`).toString("base64");
  writeFileSync(join(folder, "config.json"), JSON.stringify({ auths: { [host]: { auth } } }));
  const step = Math.max(1, Math.floor(images.length / sample));
  const chosen = images.filter((_, at) => at % step === 0).slice(0, sample);
  const started = performance.now();
  for (const { repository, tags, digest } of chosen) {
    const name = `${host}/${repository}:${tags[0] ?? ""}`;
    const { stdout } = await promisify(execFile)(crane, ["digest", name], {
      env: { ...process.env, DOCKER_CONFIG: folder },
    });
    if (stdout.trim() !== digest) throw new Error(`crane digest ${name}: ${stdout}`);
  }
  const seconds = (performance.now() - started) / 1000;
  const scaled = (seconds / chosen.length) * images.length;
  say(
    `crane digest: ${chosen.length} tags in ${seconds.toFixed(1)} s, ${scaled.toFixed(1)} s for all, scaled`,
  );
  return scaled;
}

function report(rounds: readonly Round[], tags: number): number {
  for (const { loop, seconds } of rounds) {
    say(
      `checks ZF301 and ZF303: ${seconds.toFixed(2)} s, ${(loop / seconds).toFixed(1)} times faster`,
    );
  }
  const ratios = rounds.map(({ loop, seconds }) => loop / seconds).sort((a, b) => a - b);
  const ratio = ratios[Math.floor(ratios.length / 2)] ?? 0;
  const megabytes = Math.max(...rounds.map((each) => each.megabytes));
  const { passed = 0, failed = 0 } = rounds[0]?.counts ?? {};
  say(`${passed} passed, ${failed} failed`);
  say(
    `memory: ${megabytes.toFixed(0)} MB at most, Node and tsx included (bound: ${mostMegabytes})`,
  );
  say(`ratio: ${ratio.toFixed(1)}, the median of ${ratios.length} (bound: ${leastRatio})`);
  const held = failed === 0 && passed === tags + 1;
  return held && megabytes < mostMegabytes && ratio >= leastRatio ? 0 : 1;
}

function since(started: number): string {
  return ((Date.now() - started) / 1000).toFixed(1);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

void main().then((code) => {
  process.exitCode = code;
});
