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
import { byTurns, measurement, median, secondsOf, type Benchmark } from "./benchmark";

const credentials = { username: "fleet", password: "bench-password" };
/** As generated accounts have it. */
const cost = 5;
const namespace = "zot-fleet-bench";
const repository = "team/app";

interface DoctorAnswer {
  findings: Finding[];
}

interface Size {
  tags: number;
  pods: number;
}

/**
 * Both are the whole command. The pods wait for a scheduler that is not there; the kubelet's words of the tenth of them that
 * cannot pull are written into their status.
 */
export const doctor: Benchmark = {
  about: "doctor and inspect with 1,000 tags and 200 pods, against a tenth of both",
  tools: ["zot", "kubectl"],
  cluster: true,
  long: true,
  run: async () => {
    const few = await measure({ tags: 100, pods: 20 });
    const many = await measure({ tags: 1000, pods: 200 });
    return [
      measurement("doctor, 1,000 tags and 200 pods, against a tenth", "s", {
        ours: many.doctor,
        peer: few.doctor,
        goal: 3,
      }),
      measurement("inspect, 1,000 tags, against a tenth", "s", {
        ours: many.inspect,
        peer: few.inspect,
        // A request for each tag: Zot tells digests no other way.
        goal: 10,
      }),
    ];
  },
};

async function measure(size: Size): Promise<{ doctor: number; inspect: number }> {
  const kubectl = requireTool("kubectl");
  const { username, password } = credentials;
  const registry = await startZot({ users: { [username]: await hashPassword(password, cost) } });
  try {
    await fill(registry.url, size.tags);
    await run(kubectl, ["create", "namespace", namespace]);
    await makePods(kubectl, registry.host, size.pods);
    const { stdout: context } = await run(kubectl, ["config", "current-context"]);
    return await compare(registry.url, context.trim());
  } finally {
    await run(kubectl, ["delete", "namespace", namespace, "--ignore-not-found"]);
    await registry.stop();
  }
}

const run = promisify(execFile);

/** Four tags an image. */
async function fill(url: string, tags: number): Promise<void> {
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

async function makePods(kubectl: string, host: string, pods: number): Promise<void> {
  const failing = pods / 10;
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

async function compare(url: string, context: string) {
  const where = ["--url", url, "--username", credentials.username, "--password-stdin"];
  const input = credentials.password;
  const json = async (args: readonly string[]) =>
    JSON.parse((await fleet([...args, ...where, "-o", "json"], { input })).stdout) as object;
  const found = await byTurns(3, {
    doctor: () =>
      secondsOf(async () => {
        const { findings } = (await json(["doctor", "--context", context])) as DoctorAnswer;
        const codes = [...new Set(findings.map(({ code }) => code))].join();
        if (codes !== "ZD301") throw new Error(`doctor found ${codes || "nothing"}, not ZD301`);
      }),
    inspect: () =>
      secondsOf(async () => {
        const { tags } = (await json(["inspect", `${repository}:v7`])) as { tags: string[] };
        if (tags.length !== 4) throw new Error(`inspect found ${tags.length} tags, not 4`);
      }),
  });
  return { doctor: median(found("doctor")), inspect: median(found("inspect")) };
}
