import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import pLimit from "p-limit";
import { Pool } from "undici";
import { registryChecks } from "../src/checks/allChecks";
import type { ExpectedImage } from "../src/checks/expectations";
import { countResults } from "../src/checks/outcomes";
import { runChecks } from "../src/checks/runChecks";
import { sha256 } from "../src/images/digest";
import { acceptManifests, mediaTypes } from "../src/images/mediaTypes";
import { RegistryClient } from "../src/registry/client";
import { pushBlob } from "../test/support/push";
import { startZot, type RunningRegistry } from "../test/support/registry";
import {
  byTurns,
  measurement,
  median,
  secondsOf,
  type Benchmark,
  type Measurement,
} from "./benchmark";
import { asChild, inChild } from "./child";

/** Zot compares a bcrypt hash for every request (pkg/api/htpasswd.go), here at the lowest cost: both sides pay for it. */
const credentials = { username: "ada", password: "bench-password" };
const tagsOfRepository = 20;
/** As many as the checks have. */
const atOnce = 16;
/** crane is run this often and the time scaled: a whole loop takes minutes. */
const sample = 50;

interface Job {
  url: string;
  images: ExpectedImage[];
}

type Counts = ReturnType<typeof countResults>;

export const tags: Benchmark = {
  about: "whether each tag is there (ZF301, ZF303), against bare HTTP requests and a loop of crane",
  tools: ["zot", "crane"],
  run: async (quick) => {
    const [few, many] = quick ? [40, 200] : [1000, 10_000];
    const small = await compare(few, quick);
    const large = await compare(many, quick);
    const growth = { ours: large.ours, peer: small.ours, goal: 12 };
    return [
      ...small.results,
      ...large.results,
      measurement(`${many} tags, against ${few}`, "s", growth),
      measurement(`memory of ${many} tags, against ${few}`, "MB", {
        ours: large.megabytes,
        peer: small.megabytes,
        goal: 2,
      }),
    ];
  },
};

async function compare(count: number, quick: boolean) {
  const registry = await startZot({ users: { ada: credentials.password } });
  try {
    const images = await fill(registry.url, count / tagsOfRepository);
    let megabytes = 0;
    // Ten thousand take minutes, in which what else the machine does is the same for all.
    const found = await byTurns(quick || count > 1000 ? 1 : 3, {
      ours: async () => {
        const run = await inChild<Counts>(__filename, { url: registry.url, images });
        needAllPassed(run.result, count);
        megabytes = Math.max(megabytes, run.megabytes);
        return run.seconds;
      },
      bare: () => bareRequests(registry.url, images),
      crane: () => craneLoop(registry, images),
    });
    const ours = median(found("ours"));
    const against = (way: string, what: string, goal: number) =>
      measurement(`${count} tags, against ${what}`, "s", { ours, peer: median(found(way)), goal });
    const results: Measurement[] = [
      against("bare", "a bare HEAD request for each", 1.5),
      against("crane", "a loop of crane digest, scaled", 0.1),
    ];
    return { ours, megabytes, results };
  } finally {
    await registry.stop();
  }
}

asChild(module, async ({ url, images }: Job) => {
  const accounts = [{ ...credentials, role: "admin" as const }];
  const only = new Set(["ZF301", "ZF303"]);
  const expected = { accounts, retired: [], images };
  return countResults(await runChecks(registryChecks, { url }, expected, { only }));
});

function needAllPassed({ passed, failed }: Counts, count: number): void {
  if (failed !== 0 || passed !== count + 1)
    throw new Error(`${passed} passed and ${failed} failed, of ${count} tags`);
}

/** The least that anybody can ask to know the digests behind the tags. */
async function bareRequests(url: string, images: readonly ExpectedImage[]): Promise<number> {
  const pool = new Pool(url, { connections: atOnce });
  const limit = pLimit(atOnce);
  const { username, password } = credentials;
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
  try {
    return await secondsOf(() =>
      Promise.all(
        images.map(({ repository, tags: [tag = ""], digest }) =>
          limit(async () => {
            const path = `/v2/${repository}/manifests/${tag}`;
            const { headers, body } = await pool.request({
              method: "HEAD",
              path,
              headers: { authorization, accept: acceptManifests },
            });
            await body.dump();
            if (headers["docker-content-digest"] !== digest) throw new Error(path);
          }),
        ),
      ),
    );
  } finally {
    await pool.close();
  }
}

/** Seconds that a loop over all tags takes, from a sample spread over them. */
async function craneLoop(
  { host }: RunningRegistry,
  images: readonly ExpectedImage[],
): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  const auth = Buffer.from(`${credentials.username}:${credentials.password}`).toString("base64");
  writeFileSync(join(folder, "config.json"), JSON.stringify({ auths: { [host]: { auth } } }));
  const env = { ...process.env, DOCKER_CONFIG: folder };
  const step = Math.max(1, Math.floor(images.length / sample));
  const chosen = images.filter((_, at) => at % step === 0).slice(0, sample);
  try {
    const seconds = await secondsOf(async () => {
      for (const {
        repository,
        tags: [tag = ""],
        digest,
      } of chosen) {
        const name = `${host}/${repository}:${tag}`;
        const { stdout } = await promisify(execFile)("crane", ["digest", name], { env });
        if (stdout.trim() !== digest) throw new Error(`crane digest ${name}: ${stdout}`);
      }
    });
    return (seconds / chosen.length) * images.length;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** One config and one layer a repository, a manifest of its own for every tag. */
async function fill(url: string, repositories: number): Promise<ExpectedImage[]> {
  const client = new RegistryClient({ url, credentials, concurrency: atOnce });
  const limit = pLimit(8);
  const config = Buffer.from(JSON.stringify({ os: "linux", architecture: "amd64", rootfs: {} }));
  const layer = Buffer.from("a layer");
  try {
    const images = await Promise.all(
      Array.from({ length: repositories }, (_, at) =>
        limit(async () => {
          const repository = `team-${at % 20}/app-${at}`;
          for (const blob of [config, layer]) await pushBlob(client, repository, blob);
          const pushed: ExpectedImage[] = [];
          for (let n = 0; n < tagsOfRepository; n++) {
            const bytes = manifest(config, layer, `${repository}:v${n}`);
            const type = mediaTypes.ociManifest;
            const digest = await client.putManifest(repository, `v${n}`, bytes, type);
            pushed.push({ repository, tags: [`v${n}`], digest, platforms: [] });
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
