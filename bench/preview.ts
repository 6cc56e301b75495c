import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { ClusterProject, type PulumiRun } from "../test/support/clusterProject";
import { byTurns, measurement, median, type Benchmark } from "./benchmark";

const kubectl = (...args: string[]) => execFileSync("kubectl", args, { encoding: "utf8" }).trim();

/** Another program in the place of ours. */
class OtherProgram extends ClusterProject {
  constructor(name: string, text: string) {
    super();
    writeFileSync(join(this.folder, "src/index.ts"), text);
    writeFileSync(join(this.folder, `stacks/Pulumi.${name}.yaml`), "config: {}\n");
  }
}

/** What Pulumi and its language host take to find that nothing is declared, and nothing is there. */
const empty = `import "@pulumi/pulumi";\n`;

/** The same with the providers that ours needs, and nothing to look at. */
const two = (context: string) => `import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
const provider = new kubernetes.Provider("cluster", { context: "${context}" });
new kubernetes.core.v1.Namespace("one", { metadata: { name: "zot-fleet-bench-two" } }, { provider });
new pulumi.dynamic.Resource({ create: async () => ({ id: "two", outs: {} }) }, "two", {});
`;

/** Warm previews that must find nothing, on a real cluster after a real `up`. */
export const preview: Benchmark = {
  about: "a preview of the smallest and of the fullest stack, against an empty program",
  tools: ["pulumi", "kubectl", "skopeo"],
  cluster: true,
  long: true,
  run: async (quick) => {
    const chart = join(resolve(process.env["ZOT_CHARTS"] ?? "."), "zot-0.1.122");
    const context = kubectl("config", "current-context");
    const projects = {
      empty: new OtherProgram("empty", empty),
      two: new OtherProgram("two", two(context)),
      smallest: new ClusterProject(),
      fullest: new ClusterProject(),
      larger: new ClusterProject(),
    };
    try {
      await deploy(projects.empty, "empty");
      await deploy(projects.two, "two");
      const where = { context, chart };
      await projects.smallest.configure("smallest", smallest("smallest", where));
      await deploy(projects.smallest, "smallest");
      for (const [name, namespaces] of [
        ["fullest", 2],
        ["larger", 42],
      ] as const) {
        await projects[name].configure(
          name,
          await fullest(projects[name], name, where, namespaces),
        );
        await deploy(projects[name], name);
      }
      const found = await byTurns(
        quick ? 1 : 5,
        Object.fromEntries(
          Object.entries(projects).map(([name, project]) => [
            name,
            async () => (await must(project.preview(name))).seconds,
          ]),
        ),
      );
      const compare = (name: string, ours: string, peer: string, goal: number | null) =>
        measurement(name, "s", { ours: median(found(ours)), peer: median(found(peer)), goal });
      return [
        compare("the smallest stack, against an empty program", "smallest", "empty", 1.5),
        compare("the smallest stack, against a resource of each provider", "smallest", "two", null),
        compare("the fullest stack, against an empty program", "fullest", "empty", 1.5),
        compare("42 namespaces that pull, against 2", "larger", "fullest", 1.25),
      ];
    } finally {
      for (const [name, project] of Object.entries(projects)) {
        await project.pulumi(["destroy", "--stack", name, "--yes", "--skip-preview"]);
        project.remove();
        kubectl("delete", "namespace", `zot-fleet-bench-${name}`, "--ignore-not-found");
        const pulling = pullSecrets(name, 42).map(({ namespace }) => namespace);
        kubectl("delete", "namespace", ...pulling, "--ignore-not-found");
      }
    }
  },
};

interface Where {
  context: string;
  chart: string;
}

async function deploy(project: ClusterProject, stack: string): Promise<void> {
  await project.pulumi(["stack", "init", stack]);
  await must(project.up(stack));
  // The first preview warms.
  await must(project.preview(stack));
}

const pullSecrets = (stack: string, count: number) =>
  Array.from({ length: count }, (_, n) => ({ namespace: `zot-fleet-bench-${stack}-${n + 1}` }));

const smallest = (name: string, { context, chart }: Where) => ({
  cluster: { name, context, domain: "bench.test", gateways: [] },
  endpoint: { via: "port-forward" },
  registry: { namespace: `zot-fleet-bench-${name}` },
  chart: { source: chart },
});

/** Everything that a stack file can say, but for a route, which would need a gateway that accepts it. */
async function fullest(
  project: ClusterProject,
  stack: string,
  where: Where,
  namespaces: number,
): Promise<Record<string, unknown>> {
  const seeds = await Promise.all(
    ["app-1", "app-2"].map(async (name) => ({
      image: `demo/${name}`,
      tags: ["1.0", "latest"],
      onMoved: "tell",
      archives: {
        "linux/amd64": await project.archive(name, "linux/amd64"),
        "linux/arm64": await project.archive(name, "linux/arm64"),
      },
      rollouts: [{ namespace: `zot-fleet-bench-${stack}-1`, name }],
    })),
  );
  return {
    ...smallest(stack, where),
    access: { tier: "read-public", moving: ["latest"] },
    upstreams: ["docker.io", "ghcr.io", "quay.io"],
    retention: { rules: [{ repositories: "team-a/**", keep: [{ pushedWithin: "30d" }] }] },
    apiKeys: [
      {
        name: "builds",
        account: "ci",
        renewal: 1,
        deliver: [{ to: "kubernetes", namespace: `zot-fleet-bench-${stack}-2`, name: "zot-ci" }],
      },
    ],
    rotation: 3,
    pullSecrets: pullSecrets(stack, namespaces),
    seeds,
  };
}

async function must(running: Promise<PulumiRun>): Promise<PulumiRun> {
  const ran = await running;
  if (ran.code !== 0) throw new Error(ran.output);
  return ran;
}
