import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { comment } from "../../src/reports/preview/comment";
import { describe as describePreview } from "../../src/reports/preview/describe";
import { readPreview } from "../../src/reports/preview/readPreview";
import {
  ClusterProject,
  needsCluster,
  removeNamespaces,
  type TestCluster,
} from "../support/clusterProject";
import { startChartRepository } from "../support/preview/chartRepository";
import { reducePreview } from "../support/preview/reducePreview";
import { sample, samplesFolder } from "../reports/preview/samples";
import { isSkipped } from "../support/skip";

const namespace = "zot-fleet-previews";
/** Where the registry is moved to, in a preview. */
const elsewhere = "zot-fleet-previews-elsewhere";
const team = "zot-fleet-previews-team";
/** A class that lets claims grow, and a volume of it. */
const storage = namespace;

describe("previews of a live registry", function () {
  this.timeout(300_000);
  let cluster: TestCluster;
  let project: ClusterProject;
  let repository: Awaited<ReturnType<typeof startChartRepository>>;
  let usual: Record<string, unknown>;
  /** The exported state after the deployment. */
  let state = "";

  const configOf = (name: string, change: Record<string, unknown> = {}) => ({
    cluster: { name, context: cluster.context, domain: "fleet.example", gateways: [] },
    ...usual,
    ...change,
  });

  before(async function () {
    cluster = await needsCluster(this, "0.1.101", "0.1.122");
    await removeNamespaces(cluster, namespace, team);
    project = new ClusterProject();
    await makeVolume();
    repository = await startChartRepository({
      "0.1.101": cluster.chart("0.1.101"),
      "0.1.122": cluster.chart("0.1.122"),
    });
    usual = {
      registry: { namespace, storage: { class: storage } },
      chart: { source: repository.url, version: "0.1.101" },
      pullSecrets: [{ namespace: team }],
    };
    await project.configure("ottawa", configOf("ottawa"));
    await project.pulumi(["stack", "init", "ottawa"]);
    await deploy();
  });

  after(async function () {
    if (isSkipped(this)) return;
    await project.pulumi(["destroy", "--stack", "ottawa", "--yes", "--skip-preview"]);
    await removeNamespaces(cluster, namespace, team);
    await cluster.kubectl("delete", "pv,storageclass", storage, "--ignore-not-found");
    repository.stop();
    project.remove();
  });

  async function makeVolume(): Promise<void> {
    const path = join(project.folder, "volume");
    mkdirSync(path);
    const nodes = await cluster.kubectl(
      ...["get", "nodes", "-o", "jsonpath={.items[*].metadata.name}"],
    );
    const here = { key: "kubernetes.io/hostname", operator: "In", values: nodes.split(" ") };
    await cluster.apply(
      {
        apiVersion: "storage.k8s.io/v1",
        kind: "StorageClass",
        metadata: { name: storage },
        provisioner: "kubernetes.io/no-provisioner",
        volumeBindingMode: "WaitForFirstConsumer",
        allowVolumeExpansion: true,
      },
      {
        apiVersion: "v1",
        kind: "PersistentVolume",
        metadata: { name: storage },
        spec: {
          capacity: { storage: "20Gi" },
          accessModes: ["ReadWriteOnce"],
          storageClassName: storage,
          persistentVolumeReclaimPolicy: "Retain",
          local: { path },
          nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [here] }] } },
        },
      },
    );
  }

  async function deploy(): Promise<void> {
    const { code, output } = await project.up("ottawa");
    assert.equal(code, 0, output);
    state = await project.state("ottawa");
  }

  /** What `pulumi preview --json` says of a stack, with the test's own names replaced, and kept as a sample `name` on demand. */
  async function preview(
    name: string | undefined,
    stack: string,
    names: Record<string, string> = {},
  ): Promise<string> {
    const { stdout } = await project.pulumi(["preview", "--json", "--stack", stack]);
    // Warnings come before it.
    const text = reducePreview(stdout.slice(stdout.indexOf("{\n")), {
      [team]: "openclaw",
      [elsewhere]: "registry",
      [namespace]: "zot",
      [repository.url]: "https://zotregistry.dev/helm-charts",
      [`"${cluster.context}"`]: `"${stack}"`,
      [`\\"${cluster.context}\\"`]: `\\"${stack}\\"`,
      ...names,
    });
    if (name !== undefined && process.env["ZOT_FLEET_WRITE_EXAMPLES"] === "1")
      writeFileSync(join(samplesFolder, `${name}.json`), text);
    return comment([describePreview(readPreview(text, name ?? stack))]);
  }

  /** A stack whose state is the deployed one's under its own name. */
  async function twin(stack: string, change: Record<string, unknown>): Promise<void> {
    await project.configure(stack, configOf(stack, change));
    await project.pulumi(["stack", "init", stack]);
    const file = join(project.folder, `${stack}.json`);
    writeFileSync(file, state.replaceAll("ottawa", stack));
    const { code, output } = await project.pulumi([
      ...["stack", "import", "--stack", stack, "--file", file],
    ]);
    assert.equal(code, 0, output);
  }

  const asSampled = (name: string) => comment([describePreview(sample(name))]);
  const newChart = () => ({ chart: { source: repository.url, version: "0.1.122" } });

  it("tell of a chart's upgrade as the sample does", async () => {
    await project.configure("ottawa", configOf("ottawa", newChart()));
    assert.equal(await preview("chart-upgrade", "ottawa"), asSampled("chart-upgrade"));
    await deploy();
  });

  const changes: Record<string, Record<string, unknown>> = {
    rotation: { rotation: 2 },
    access: {
      access: { moving: ["latest"], rules: [{ repositories: "public/**", tier: "read-public" }] },
    },
    storage: { registry: { namespace, storage: { class: storage, size: "50Gi" } } },
  };
  for (const [name, change] of Object.entries(changes))
    it(`tell of ${name} as the sample does`, async () => {
      await project.configure("ottawa", configOf("ottawa", { ...newChart(), ...change }));
      assert.equal(await preview(name, "ottawa"), asSampled(name));
    });

  it("tell of clusters that stay, begin, move and cannot be previewed as the samples do", async () => {
    await twin("lisbon", newChart());
    assert.equal(await preview("unchanged", "lisbon"), asSampled("unchanged"));
    await twin("tokyo", { ...newChart(), rotation: 4 });
    assert.equal(await preview("refused", "tokyo"), asSampled("refused"));
    const moved = { namespace: elsewhere, storage: { class: storage } };
    await twin("quito", { ...newChart(), registry: moved });
    // Its images would stay behind.
    assert.match(
      await preview(undefined, "quito"),
      /`quito`: cannot be previewed[^]*registry\.namespace goes from .* to .*a claim never moves/,
    );
    // Where another stack's release is, this one's would be refused.
    const apart = { registry: { namespace: elsewhere, storage: { class: storage } } };
    await project.configure("oslo", configOf("oslo", { ...newChart(), ...apart }));
    await project.pulumi(["stack", "init", "oslo"]);
    const as = { [elsewhere]: "zot" };
    assert.equal(await preview("new-cluster", "oslo", as), asSampled("new-cluster"));
  });

  it("hold no credential of the live registry", async () => {
    const told = await project.pulumi([
      ...["stack", "output", "adminPassword", "--show-secrets", "--stack", "ottawa"],
    ]);
    const password = told.stdout.trim();
    assert.match(password, /^\S{11,}$/);
    for (const name of Object.keys(changes))
      assert.ok(!readFileSync(join(samplesFolder, `${name}.json`), "utf8").includes(password));
  });
});
