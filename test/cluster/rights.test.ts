import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseStackConfig } from "../../src/config/stack";
import { neededRights } from "../../src/doctor/needs/rights";
import type { Right } from "../../src/facts/accessReviews";
import {
  ClusterProject,
  needsCluster,
  removeNamespaces,
  type TestCluster,
} from "../support/clusterProject";
import { idleWorkload } from "../support/idleWorkload";
import { needsNode } from "../support/needsNode";
import { isSkipped } from "../support/skip";

const namespace = "zot-fleet-rights";
const team = "zot-fleet-rights-team";
/** Where the account itself is. */
const home = "zot-fleet";
const printed = join(__dirname, "../../examples/rbac/deploy.yaml");
const kinds = ["Deployment", "StatefulSet", "DaemonSet"] as const;
const workloads = kinds.map((kind) => ({ namespace: team, kind, name: kind.toLowerCase() }));

interface KubeConfig {
  clusters: { name: string; cluster: object }[];
}

type Grant = (cluster: TestCluster, needed: readonly Right[]) => Promise<unknown>;

const grants: Readonly<Record<string, Grant>> = {
  "the printed rights": ({ kubectl }) => kubectl("apply", "-f", printed),
  "the rights that doctor asks for, each where it asks for it": async (cluster, needed) => {
    await cluster.apply({
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { name: "deploy", namespace: home },
    });
    for (const place of new Set(needed.map((right) => right.namespace)))
      await cluster.apply(
        ...roleIn(
          place,
          needed.filter((right) => right.namespace === place),
        ),
      );
  },
};

/** A role with these rights, and its binding. */
function roleIn(place: string | undefined, rights: readonly Right[]): object[] {
  const scope = place === undefined ? "Cluster" : "";
  const metadata = { name: namespace, ...(place === undefined ? {} : { namespace: place }) };
  const apiVersion = "rbac.authorization.k8s.io/v1";
  const rules = rights.map(({ group, resource, verb }) => ({
    apiGroups: [group],
    resources: [resource],
    verbs: [verb],
  }));
  const apiGroup = "rbac.authorization.k8s.io";
  const roleRef = { apiGroup, kind: `${scope}Role`, name: namespace };
  const subjects = [{ kind: "ServiceAccount", name: "deploy", namespace: home }];
  return [
    { apiVersion, kind: `${scope}Role`, metadata, rules },
    { apiVersion, kind: `${scope}RoleBinding`, metadata, roleRef, subjects },
  ];
}

for (const [rights, grant] of Object.entries(grants))
  describe(`an account with ${rights} and no more`, function () {
    this.timeout(900_000);
    let cluster: TestCluster;
    let project: ClusterProject;
    let config: Record<string, unknown>;
    let kubeconfig: string;

    before(async function () {
      cluster = await needsCluster(this, "0.1.122");
      await removeNamespaces(cluster, namespace, team, home);
      await needsNode(cluster, this);
      for (const name of [namespace, team, home])
        await cluster.kubectl("create", "namespace", name);
      await cluster.apply(...workloads.map(idleWorkload));
      project = new ClusterProject();
      const { context } = cluster;
      config = {
        cluster: { name: "rights", context, domain: "rights.test", gateways: [] },
        registry: { namespace, networkPolicy: {}, serviceAccountToken: false },
        chart: { source: cluster.chart("0.1.122") },
        pullSecrets: [{ namespace: team, attach: true }],
        apiKeys: [
          {
            name: "builds",
            account: "ci",
            deliver: [{ to: "kubernetes", namespace: team, name: "zot-ci" }],
          },
        ],
        seeds: [
          {
            image: "demo/hello",
            tags: ["latest"],
            archives: { "linux/amd64": await project.archive("hello", "linux/amd64") },
            rollouts: workloads,
          },
        ],
      };
      await grant(cluster, neededRights(parseStackConfig(config)).up);
      kubeconfig = await kubeconfigOf(cluster, project.folder);
      await project.configure("rights", config);
      await project.pulumi(["stack", "init", "rights"]);
    });

    after(async function () {
      if (isSkipped(this)) return;
      await project.pulumi(["destroy", "--stack", "rights", "--yes", "--skip-preview"]);
      await removeNamespaces(cluster, namespace, team, home);
      await cluster.kubectl("delete", "-f", printed, "--ignore-not-found");
      await cluster.kubectl(
        "delete",
        "clusterrole,clusterrolebinding",
        namespace,
        "--ignore-not-found",
      );
      project.remove();
    });

    const pulumi = async (...args: string[]) => {
      const { code, output } = await project.pulumi([...args, "--stack", "rights"], {
        KUBECONFIG: kubeconfig,
      });
      assert.equal(code, 0, output);
      assert.doesNotMatch(output, /forbidden/i);
    };
    const inTeam = (...args: string[]) => cluster.kubectl("-n", team, ...args);
    const attached = () =>
      inTeam("get", "serviceaccount", "default", "-o", "jsonpath={.imagePullSecrets[*].name}");
    const delivered = () => inTeam("get", "secret", "zot-ci", "--ignore-not-found", "-o", "name");

    it("previews, deploys, and previews nothing", async () => {
      await pulumi("preview");
      await pulumi("up", "--yes", "--skip-preview");
      await pulumi("preview", "--expect-no-changes");
    });

    it("has attached the pull secret, delivered the key and restarted workloads", async () => {
      assert.equal(await attached(), "zot-pull-secret");
      assert.equal(await delivered(), "secret/zot-ci");
      for (const { kind, name } of workloads) {
        const template = "jsonpath={.spec.template.metadata.annotations}";
        assert.match(await inTeam("get", kind, name, "-o", template), /restartedAt/, kind);
      }
    });

    it("rotates, and looks at what is there", async () => {
      await project.configure("rights", { ...config, rotation: 2 });
      await pulumi("up", "--yes", "--skip-preview", "--refresh");
      await pulumi("preview", "--expect-no-changes");
    });

    it("destroys, the attached pull secret and the delivered key as well", async () => {
      await pulumi("destroy", "--yes", "--skip-preview");
      assert.equal(await attached(), "");
      assert.equal(await delivered(), "");
    });

    it("runs nothing in the cluster, deletes no namespace, and gives itself no rights", async () => {
      const wishes = [
        ["create", "pods"],
        ["create", "pods/exec"],
        ["delete", "namespaces"],
        ["create", "clusterroles.rbac.authorization.k8s.io"],
        ["get", "nodes"],
        ["create", "daemonsets.apps"],
        ["delete", "daemonsets.apps"],
      ];
      for (const [verb = "", what = ""] of wishes) {
        const asked = ["--kubeconfig", kubeconfig, "-n", team, "auth", "can-i", verb, what];
        await assert.rejects(cluster.kubectl(...asked), { stdout: "no\n" }, `${verb} ${what}`);
      }
      const deploy = ["--kubeconfig", kubeconfig, "-n", team, "auth", "can-i", "create", "secrets"];
      assert.equal(await cluster.kubectl(...deploy), "yes");
    });
  });

/** Writes a kubeconfig of the account, and gives its path. */
async function kubeconfigOf({ kubectl, context }: TestCluster, folder: string): Promise<string> {
  const token = await kubectl("-n", home, "create", "token", "deploy", "--duration=1h");
  const view = await kubectl("config", "view", "--raw", "--minify", "--flatten", "-o", "json");
  const { clusters } = JSON.parse(view) as KubeConfig;
  const account = {
    apiVersion: "v1",
    kind: "Config",
    clusters,
    users: [{ name: "deploy", user: { token } }],
    contexts: [{ name: context, context: { cluster: clusters[0]?.name ?? "", user: "deploy" } }],
    "current-context": context,
  };
  const kubeconfig = join(folder, "kubeconfig");
  writeFileSync(kubeconfig, JSON.stringify(account), { mode: 0o600 });
  return kubeconfig;
}
