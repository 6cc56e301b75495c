import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  ClusterProject,
  needsCluster,
  removeNamespaces,
  type TestCluster,
} from "../support/clusterProject";
import { needsNode } from "../support/needsNode";
import { isSkipped } from "../support/skip";

const namespace = "zot-fleet-rights";
const team = "zot-fleet-rights-team";
const printed = join(__dirname, "../../examples/rbac/deploy.yaml");

interface KubeConfig {
  clusters: { name: string; cluster: object }[];
}

describe("an account with the printed rights and no more", function () {
  this.timeout(900_000);
  let cluster: TestCluster;
  let project: ClusterProject;
  let config: Record<string, unknown>;
  let kubeconfig: string;

  before(async function () {
    cluster = await needsCluster(this, "0.1.122");
    await removeNamespaces(cluster, namespace, team, "zot-fleet");
    await needsNode(cluster, this);
    await cluster.kubectl("apply", "-f", printed);
    project = new ClusterProject();
    kubeconfig = join(project.folder, "kubeconfig");
    const { kubectl, context } = cluster;
    const token = await kubectl("-n", "zot-fleet", "create", "token", "deploy", "--duration=1h");
    const view = await kubectl("config", "view", "--raw", "--minify", "--flatten", "-o", "json");
    const { clusters } = JSON.parse(view) as KubeConfig;
    const name = clusters[0]?.name ?? "";
    const account = {
      apiVersion: "v1",
      kind: "Config",
      clusters,
      users: [{ name: "deploy", user: { token } }],
      contexts: [{ name: context, context: { cluster: name, user: "deploy" } }],
      "current-context": context,
    };
    writeFileSync(kubeconfig, JSON.stringify(account), { mode: 0o600 });
    config = {
      cluster: { name: "rights", context, domain: "rights.test", gateways: [] },
      registry: { namespace, networkPolicy: {}, serviceAccountToken: false },
      chart: { source: cluster.chart("0.1.122") },
      pullSecrets: [{ namespace: team }],
    };
    await project.configure("rights", config);
    await project.pulumi(["stack", "init", "rights"]);
  });

  after(async function () {
    if (isSkipped(this)) return;
    await project.pulumi(["destroy", "--stack", "rights", "--yes", "--skip-preview"]);
    await removeNamespaces(cluster, namespace, team);
    await cluster.kubectl("delete", "-f", printed, "--ignore-not-found");
    project.remove();
  });

  const pulumi = async (...args: string[]) => {
    const { code, output } = await project.pulumi([...args, "--stack", "rights"], {
      KUBECONFIG: kubeconfig,
    });
    assert.equal(code, 0, output);
    assert.doesNotMatch(output, /forbidden/i);
  };

  it("previews, deploys, and previews nothing", async () => {
    await pulumi("preview");
    await pulumi("up", "--yes", "--skip-preview");
    await pulumi("preview", "--expect-no-changes");
  });

  it("rotates, and looks at what is there", async () => {
    await project.configure("rights", { ...config, rotation: 2 });
    await pulumi("up", "--yes", "--skip-preview", "--refresh");
    await pulumi("preview", "--expect-no-changes");
  });

  it("destroys", () => pulumi("destroy", "--yes", "--skip-preview"));

  it("runs nothing in the cluster, deletes no namespace, and gives itself no rights", async () => {
    const wishes = [
      ["create", "pods"],
      ["create", "pods/exec"],
      ["delete", "namespaces"],
      ["create", "clusterroles.rbac.authorization.k8s.io"],
      ["get", "nodes"],
    ];
    for (const [verb = "", what = ""] of wishes) {
      const asked = ["--kubeconfig", kubeconfig, "-n", namespace, "auth", "can-i", verb, what];
      await assert.rejects(cluster.kubectl(...asked), { stdout: "no\n" }, `${verb} ${what}`);
    }
    const deploy = ["--kubeconfig", kubeconfig, "auth", "can-i", "create", "secrets", "-A"];
    assert.equal(await cluster.kubectl(...deploy), "yes");
  });
});
