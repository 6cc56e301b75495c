import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ClusterStandIn } from "../standIn/cluster";
import { writeFixture } from "./fixture";
import { Project } from "./project";

/*
 * Makes fixtures: npx tsx test/support/lifecycle/makeFixture.ts COMMIT [NAME...]
 * Each stack below is deployed with the program of that commit over the stand-in, and what it leaves is written to test/fixtures/states.
 */

type Stack = (project: Project) => Promise<Record<string, unknown>>;

const stacks: Readonly<Record<string, Stack>> = {
  smallest: () =>
    Promise.resolve({
      cluster: { name: "lisbon", context: "lisbon", domain: "lisbon.test", gateways: [] },
    }),
  usual: async (project) => ({
    cluster: { name: "ottawa", context: "ottawa", domain: "ottawa.test", gateways: ["private"] },
    pullSecrets: [{ namespace: "apps" }],
    seeds: [
      {
        image: "team/app",
        tags: ["v1", "latest"],
        archives: { "linux/amd64": await project.archive("app", "linux/amd64") },
      },
    ],
  }),
  fullest: async (project) => ({
    cluster: {
      name: "nairobi",
      context: "admin@nairobi",
      domain: "nairobi.test",
      gateways: ["private", { name: "public", section: "https" }],
    },
    adminPassword: "fixture-password",
    rotation: 1,
    pullSecrets: [{ namespace: "apps", attach: true }, { namespace: "batch" }],
    access: { tier: "read-public", moving: ["latest"], groups: { team: ["ana"] } },
    retention: { dryRun: true, rules: [{ repositories: "team/**", keep: [{ tags: ["latest"] }] }] },
    apiKeys: [
      {
        name: "builds",
        account: "ci",
        deliver: [{ to: "kubernetes", namespace: "keys", name: "zot-ci" }],
      },
    ],
    seeds: [
      {
        image: "team/app",
        tags: ["v1"],
        archives: {
          "linux/amd64": await project.archive("app", "linux/amd64"),
          "linux/arm64": await project.archive("app", "linux/arm64"),
        },
        rollouts: [{ namespace: "apps", name: "web" }],
      },
    ],
  }),
};

async function make(name: string, commit: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "zot-fleet-fixture-"));
  const context =
    { smallest: "lisbon", usual: "ottawa", fullest: "admin@nairobi" }[name] ?? "stand-in";
  const cluster = new ClusterStandIn(join(folder, "cluster"), {
    context,
    registry: "distribution",
  });
  await cluster.open();
  const project = new Project(join(folder, "project"), cluster.environment(), {
    commit,
    plugins: cluster.plugins,
  });
  try {
    for (const each of ["zot", "keys", "apps"]) cluster.namespace(each);
    for (const gateway of ["private", "public"])
      cluster.api.put({
        apiVersion: "gateway.networking.k8s.io/v1",
        kind: "Gateway",
        metadata: { name: gateway, namespace: "zot" },
      });
    await project.init();
    const config = await stacks[name]?.(project);
    await project.configure({ ...config, endpoint: { via: "address", url: cluster.pod.url } });
    const run = await project.up();
    if (!run.ok) throw new Error(run.output);
    const preview = await project.preview();
    if (!preview.ok || preview.steps.length > 0)
      throw new Error(`the preview after it is not empty: ${preview.output}`);
    await writeFixture(project, cluster.pod.url, join(__dirname, "../../fixtures/states", name));
  } finally {
    project.close();
    await cluster.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function main([commit = "HEAD", ...names]: string[]): Promise<void> {
  for (const name of names.length > 0 ? names : Object.keys(stacks)) {
    await make(name, commit);
    process.stdout.write(`${name}: written\n`);
  }
}

main(process.argv.slice(2)).then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exit(1);
  },
);
