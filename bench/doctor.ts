/**
 * `doctor` and `inspect` over a real Zot with 1,000 tags and, for `doctor`, a real cluster with 200 pods that name its images:
 * 20 of them cannot pull. Both are the whole command.
 *
 *     KUBECONFIG=<a cluster to make a namespace in> PATH=<folder with zot and kubectl>:$PATH npx tsx bench/doctor.ts
 *
 * The pods wait for a scheduler that is not there; the kubelet's words of those that cannot pull are written into their
 * status. Prints seconds; ends with 1 where `doctor` takes 5 s or more, or names something else than what is wrong.
 */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { promisify } from "node:util";
import pLimit from "p-limit";
import type { Finding } from "../src/doctor/finding";
import { RegistryClient } from "../src/registry/client";
import { mediaTypes } from "../src/images/mediaTypes";
import { requireTool } from "../src/system/tools";
import { hashPassword } from "../src/zot/credentials";
import { fleet } from "../test/cli/fleet";
import { pushImage } from "../test/support/push";
import { startZot } from "../test/support/registry";

const credentials = { username: "fleet", password: "bench-password" };
/** As generated accounts have it. */
const cost = 5;
const namespace = "zot-fleet-bench";
const repository = "team/app";
const tags = 1000;
const pods = 200;
const failing = 20;
const mostSeconds = 5;
const runs = 3;

async function main(): Promise<number> {
  requireTool("zot");
  const kubectl = requireTool("kubectl");
  const { username, password } = credentials;
  const registry = await startZot({ users: { [username]: await hashPassword(password, cost) } });
  try {
    await fill(registry.url);
    await run(kubectl, ["create", "namespace", namespace]);
    await makePods(kubectl, registry.host);
    const { stdout: context } = await run(kubectl, ["config", "current-context"]);
    return await compare(registry.url, context.trim());
  } finally {
    await run(kubectl, ["delete", "namespace", namespace, "--ignore-not-found", "--wait=false"]);
    await registry.stop();
  }
}

const run = promisify(execFile);

/** 250 images, four tags each. */
async function fill(url: string): Promise<void> {
  const client = new RegistryClient({ url, credentials, concurrency: 16 });
  const { bytes } = await pushImage(client, repository, "v0");
  const limit = pLimit(16);
  await Promise.all(
    Array.from({ length: tags }, (_, tag) =>
      limit(() => {
        const annotations = { image: String(tag % (tags / 4)) };
        const manifest = { ...(JSON.parse(bytes.toString()) as object), annotations };
        const type = mediaTypes.ociManifest;
        return client.putManifest(
          repository,
          `v${tag}`,
          Buffer.from(JSON.stringify(manifest)),
          type,
        );
      }),
    ),
  );
  await client.close();
}

async function makePods(kubectl: string, host: string): Promise<void> {
  const fails = (pod: number) => pod < failing;
  const image = (pod: number) => `${host}/${repository}:${fails(pod) ? "v-gone" : `v${pod}`}`;
  const all = Array.from({ length: pods }, (_, pod) => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: `pod-${pod}`, namespace },
    spec: {
      schedulerName: "nobody",
      automountServiceAccountToken: false,
      imagePullSecrets: [{ name: "pull" }],
      containers: [{ name: "app", image: image(pod) }],
    },
  }));
  const auths = { [host]: credentials };
  const secret = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "pull", namespace },
    type: "kubernetes.io/dockerconfigjson",
    stringData: { ".dockerconfigjson": JSON.stringify({ auths }) },
  };
  await apply(kubectl, { apiVersion: "v1", kind: "List", items: [secret, ...all] });
  for (let pod = 0; pod < failing; pod++) {
    const waiting = { reason: "ImagePullBackOff", message: `${image(pod)}: not found` };
    const status = {
      containerStatuses: [
        {
          name: "app",
          image: image(pod),
          imageID: "",
          ready: false,
          restartCount: 0,
          state: { waiting },
        },
      ],
    };
    const patch = JSON.stringify({ status });
    const target = ["-n", namespace, "patch", "pod", `pod-${pod}`, "--subresource=status"];
    await run(kubectl, [...target, "--type=merge", "-p", patch]);
  }
}

async function apply(kubectl: string, list: object): Promise<void> {
  const child = spawn(kubectl, ["create", "-f", "-"], { stdio: ["pipe", "ignore", "inherit"] });
  child.stdin.end(JSON.stringify(list));
  const [code] = (await once(child, "close")) as [number];
  if (code !== 0) throw new Error("the pods were not made");
}

async function compare(url: string, context: string): Promise<number> {
  const where = ["--url", url, "--username", credentials.username, "--password-stdin"];
  const input = credentials.password;
  const timed = async (args: readonly string[]) => {
    const started = performance.now();
    const found = await fleet([...args, ...where, "-o", "json"], { input });
    return { ...found, seconds: (performance.now() - started) / 1000 };
  };
  const median = (all: number[]) => all.sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? NaN;
  const doctor: number[] = [];
  const inspect: number[] = [];
  for (let each = 0; each < runs; each++) {
    const diagnosed = await timed(["doctor", "--context", context]);
    const { findings } = JSON.parse(diagnosed.stdout) as { findings: Finding[] };
    const codes = [...new Set(findings.map(({ code }) => code))].join();
    if (codes !== "ZD301") throw new Error(`doctor found ${codes || "nothing"}, not ZD301`);
    doctor.push(diagnosed.seconds);
    const inspected = await timed(["inspect", `${repository}:v7`]);
    const { tags: same } = JSON.parse(inspected.stdout) as { tags: string[] };
    if (same.length !== 4) throw new Error(`inspect found ${same.length} tags, not 4`);
    inspect.push(inspected.seconds);
  }
  const took = median(doctor);
  process.stdout.write(
    `doctor, ${tags} tags and ${pods} pods: ${took.toFixed(1)} s (${doctor.map((s) => s.toFixed(1)).join(", ")}), at most ${mostSeconds}\n` +
      `inspect, ${tags} tags: ${median(inspect).toFixed(1)} s (${inspect.map((s) => s.toFixed(1)).join(", ")})\n`,
  );
  return took < mostSeconds ? 0 : 1;
}

void main().then((code) => {
  process.exitCode = code;
});
