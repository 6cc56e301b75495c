/**
 * What a warm preview of the fullest stack costs over a program with one namespace and one Release, and what 40 more
 * namespaces with pull secrets cost over that, on a real cluster after a real `up`.
 *
 *     KUBECONFIG=… ZOT_CHARTS=<folder with zot-0.1.122> PATH=<folder with pulumi and its plugins>:$PATH npx tsx bench/preview.ts [rounds] [seeds]
 *
 * Prints medians of rounds taken by turns, the differences and the ratios; ends with 1 where a bound is broken.
 */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { ClusterProject, type PulumiRun } from "../test/support/clusterProject";

const mostSecondsOverBase = 2;
const mostSecondsForNamespaces = 1;
const moreNamespaces = 40;

const kubectl = (...args: string[]) => execFileSync("kubectl", args, { encoding: "utf8" }).trim();
const median = (values: number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

/** A program with one namespace and one Release, run the same way. */
class BaseProject extends ClusterProject {
  constructor(context: string, chart: string) {
    super();
    const program = `
      import { Namespace } from "@pulumi/kubernetes/core/v1/namespace";
      import { Release } from "@pulumi/kubernetes/helm/v3/release";
      import { Provider } from "@pulumi/kubernetes/provider";
      const provider = new Provider("cluster", { context: ${JSON.stringify(context)}, kubeconfig: "", clusterIdentifier: "base" });
      const namespace = new Namespace("base", { metadata: { name: "zot-fleet-bench-base" } }, { provider });
      new Release("zot", {
        name: "zot", skipAwait: true, namespace: "zot-fleet-bench-base", chart: ${JSON.stringify(chart)},
        values: { service: { type: "ClusterIP" }, image: { tag: "v2.1.18" }, persistence: false },
      }, { provider, dependsOn: namespace });
    `;
    writeFileSync(join(this.folder, "src/index.ts"), program);
  }
}

async function main(): Promise<number> {
  const [rounds, seeds] = [Number(process.argv[2] ?? "5"), Number(process.argv[3] ?? "2")];
  const chart = join(resolve(process.env["ZOT_CHARTS"] ?? "."), "zot-0.1.122");
  const context = kubectl("config", "current-context");
  const base = new BaseProject(context, chart);
  const full = new ClusterProject();
  try {
    const config = await fullest(full, seeds, { context, chart });
    writeFileSync(join(base.folder, "stacks/Pulumi.base.yaml"), "config: {}\n");
    await must(base.pulumi(["stack", "init", "base"]));
    await must(base.up("base"));
    await full.configure("full", config);
    await must(full.pulumi(["stack", "init", "full"]));
    await must(full.up("full"));
    const few = await compare(rounds, base, full);
    await full.configure("full", { ...config, pullSecrets: namespaces(2 + moreNamespaces) });
    await must(full.up("full"));
    const many = await compare(rounds, base, full);
    const over = few.full - few.base;
    const forMore = many.full - many.base - over;
    print(`base           ${few.base.toFixed(2)} s`);
    print(
      `fullest        ${few.full.toFixed(2)} s  (+${over.toFixed(2)} s, ${(few.full / few.base).toFixed(2)} times)`,
    );
    print(
      `+${moreNamespaces} namespaces ${many.full.toFixed(2)} s  (+${forMore.toFixed(2)} s, ${(many.full / few.full).toFixed(2)} times)`,
    );
    return over <= mostSecondsOverBase && forMore <= mostSecondsForNamespaces ? 0 : 1;
  } finally {
    await full.pulumi(["destroy", "--stack", "full", "--yes", "--skip-preview"]);
    await base.pulumi(["destroy", "--stack", "base", "--yes", "--skip-preview"]);
    const all = namespaces(2 + moreNamespaces).map(({ namespace }) => namespace);
    kubectl(
      "delete",
      "namespace",
      "zot-fleet-bench",
      "zot-fleet-bench-base",
      ...all,
      "--ignore-not-found",
    );
    for (const project of [base, full]) project.remove();
  }
}

const namespaces = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ namespace: `zot-fleet-bench-${index + 1}` }));

/** Everything that a stack file can say, but for a route, which would need a gateway that accepts it. */
async function fullest(
  project: ClusterProject,
  count: number,
  { context, chart }: { context: string; chart: string },
): Promise<Record<string, unknown>> {
  const names = Array.from({ length: count }, (_, index) => `app-${index + 1}`);
  const seeds = await Promise.all(
    names.map(async (name) => ({
      image: `demo/${name}`,
      tags: ["1.0", "latest"],
      archives: {
        "linux/amd64": await project.archive(name, "linux/amd64"),
        "linux/arm64": await project.archive(name, "linux/arm64"),
      },
      rollouts: [{ namespace: "zot-fleet-bench-1", name }],
    })),
  );
  return {
    cluster: { name: "full", context, domain: "bench.test", gateways: [] },
    endpoint: { via: "port-forward" },
    registry: { namespace: "zot-fleet-bench" },
    chart: { source: chart },
    access: { tier: "read-public", moving: ["latest"] },
    upstreams: ["docker.io", "ghcr.io", "quay.io"],
    retention: { rules: [{ repositories: "team-a/**", keep: [{ pushedWithin: "30d" }] }] },
    apiKeys: [
      {
        name: "builds",
        account: "ci",
        renewal: 1,
        deliver: [{ to: "kubernetes", namespace: "zot-fleet-bench-2", name: "zot-ci" }],
      },
    ],
    rotation: 3,
    pullSecrets: namespaces(2),
    seeds,
  };
}

/** Medians of previews that must find nothing, by turns; the first of each warms. */
async function compare(rounds: number, base: ClusterProject, full: ClusterProject) {
  const seconds: { base: number[]; full: number[] } = { base: [], full: [] };
  for (let round = 0; round <= rounds; round++) {
    const { seconds: first } = await must(base.preview("base"));
    const { seconds: second } = await must(full.preview("full"));
    if (round === 0) continue;
    seconds.base.push(first);
    seconds.full.push(second);
  }
  return { base: median(seconds.base), full: median(seconds.full) };
}

async function must(running: Promise<PulumiRun>): Promise<PulumiRun> {
  const ran = await running;
  if (ran.code !== 0) throw new Error(ran.output);
  return ran;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

main().then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exitCode = 2;
  },
);
