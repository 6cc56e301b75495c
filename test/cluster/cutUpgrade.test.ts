import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { KubernetesObject, V1Pod } from "@kubernetes/client-node";
import { helmRecords, type HelmRecord } from "../../src/cluster/helmRecords";
import { kubernetesReader, type KubernetesReader } from "../../src/cluster/kubernetes";
import { objectName, objectsIn } from "../../src/cluster/manifestObjects";
import {
  ClusterProject,
  needsCluster,
  removeNamespaces,
  type TestCluster,
} from "../support/clusterProject";
import { killTree } from "../support/killTree";
import { isSkipped } from "../support/skip";

/** Seconds that Helm gets in here: nobody waits a quarter of an hour for each of these. */
const helmTimeout = 90;

/** What is seen of the release from outside. */
interface Seen {
  newest: HelmRecord | undefined;
  live: (kind: string, name: string) => Promise<KubernetesObject | undefined>;
}

/** A moment of an operation: the first look that says yes is followed by the end of every process. */
type Moment = [title: string, is: (seen: Seen, before: Record<string, string>) => Promise<boolean>];

const pending: Moment = [
  "when Helm has marked the release and touched nothing",
  ({ newest }) => Promise.resolve(newest?.status.startsWith("pending-") === true),
];
const written = (title: string, kind: string, name: string): Moment => [
  title,
  async ({ newest, live }, before) => {
    if (newest?.status.startsWith("pending-") !== true) return false;
    const resourceVersion = (await live(kind, name))?.metadata?.resourceVersion;
    return resourceVersion !== undefined && resourceVersion !== before[`${kind} ${name}`];
  },
];
const podAnew: Moment = [
  "when the pod is being made anew",
  async ({ newest, live }, before) => {
    if (newest?.status.startsWith("pending-") !== true) return false;
    const uid = (await live("Pod", "zot-0"))?.metadata?.uid;
    return uid !== undefined && uid !== before["Pod"];
  },
];
const ended = (revision: number): Moment => [
  "when Helm has ended and the state does not know it",
  ({ newest }) =>
    Promise.resolve(
      newest !== undefined && newest.revision >= revision && newest.status === "deployed",
    ),
];

const moments: Record<"install" | "upgrade", Moment[]> = {
  install: [
    pending,
    written("when the config was made", "ConfigMap", "zot-config"),
    written("when the StatefulSet was made", "StatefulSet", "zot"),
    podAnew,
    ended(1),
  ],
  upgrade: [
    pending,
    written("when the config was patched", "ConfigMap", "zot-config"),
    written("when the StatefulSet was patched", "StatefulSet", "zot"),
    podAnew,
    ended(2),
  ],
};

for (const operation of ["install", "upgrade"] as const)
  describe(`a runner that dies during Helm's ${operation}`, function () {
    this.timeout(1_800_000);
    let cluster: TestCluster;
    let project: ClusterProject;
    let reader: KubernetesReader;
    let place = "";

    before(async function () {
      cluster = await needsCluster(this, "0.1.122");
      reader = await kubernetesReader(cluster.context);
      project = new ClusterProject();
      replaceIn(
        "src/components/zotRegistry.ts",
        "inSeconds(startupTimeout) + 300",
        String(helmTimeout),
      );
      // An edit that adds something to the pod: what is added and not wanted any more is what Helm forgets.
      replaceIn(
        "src/zot/chartValues.ts",
        "    env: [",
        '    env: [\n      ...(resources.cpu === "101m" ? [{ name: "ADDED", value: "1" }] : []),',
      );
    });

    // Each has a volume of its own: a cluster has not twenty to spare.
    afterEach(async () => {
      await project.pulumi(["cancel", "--yes", "--stack", place]);
      await project.pulumi(["destroy", "--stack", place, "--yes", "--skip-preview"]);
      await removeNamespaces(cluster, place);
    });

    after(function () {
      if (!isSkipped(this)) project.remove();
    });

    function replaceIn(path: string, what: string, by: string): void {
      const file = join(project.folder, path);
      const text = readFileSync(file, "utf8");
      assert.ok(text.includes(what), `${path} has no ${what}`);
      writeFileSync(file, text.replace(what, by));
    }

    const configure = (place: string, edited: boolean) =>
      project.configure(place, {
        cluster: { name: place, context: cluster.context, domain: "cut.test", gateways: [] },
        registry: { namespace: place, resources: { cpu: edited ? "101m" : "100m" } },
        // Zot's own configuration changes, too.
        ...(edited
          ? {
              retention: {
                dryRun: true,
                rules: [{ repositories: "sandbox/**", keep: [{ pulledWithin: "9d" }] }],
              },
            }
          : {}),
        chart: { source: cluster.chart("0.1.122") },
      });

    const live = (place: string) => (kind: string, name: string) =>
      reader.read<KubernetesObject>({
        apiVersion: kind === "StatefulSet" ? "apps/v1" : "v1",
        kind,
        name,
        namespace: place,
      });

    /** Begins an `up` and ends every process of it at the moment. */
    async function cutAt(place: string, [title, is]: Moment): Promise<void> {
      const find = live(place);
      const before: Record<string, string> = {};
      for (const [kind, name] of [
        ["ConfigMap", "zot-config"],
        ["StatefulSet", "zot"],
      ] as const)
        before[`${kind} ${name}`] = (await find(kind, name))?.metadata?.resourceVersion ?? "";
      before["Pod"] = (await find("Pod", "zot-0"))?.metadata?.uid ?? "";
      const child = spawn(
        "pulumi",
        ["up", "--stack", place, "--yes", "--skip-preview", "--non-interactive"],
        {
          cwd: project.folder,
          env: { ...process.env, ...project.environment() },
          stdio: "ignore",
        },
      );
      const { pid } = child;
      assert.ok(pid !== undefined);
      for (;;) {
        assert.equal(child.exitCode, null, `it ended before the moment ${title}`);
        const [newest] = (await helmRecords(reader, { namespace: place, name: "zot" })).slice(-1);
        if (await is({ newest, live: find }, before)) break;
        await sleep(5);
      }
      killTree(pid);
      await project.pulumi(["cancel", "--yes", "--stack", place]);
    }

    /** Every object is what a cluster makes of the manifest's, and nothing more. */
    async function assertAsDeployed(place: string): Promise<void> {
      const records = await helmRecords(reader, { namespace: place, name: "zot" });
      const newest = records.at(-1);
      assert.equal(newest?.status, "deployed");
      for (const object of objectsIn(newest.manifest, place)) {
        const found = (await reader.read<KubernetesObject>(objectName(object))) as object;
        assert.deepEqual(comparable(found), comparable(await asMade(object)), object.kind);
      }
      const pod = await reader.read<V1Pod>({
        apiVersion: "v1",
        kind: "Pod",
        namespace: place,
        name: "zot-0",
      });
      const set = objectsIn(newest.manifest, place).find(({ kind }) => kind === "StatefulSet");
      const wanted = (set as { spec?: { template: { spec: V1Pod["spec"] } } } | undefined)?.spec;
      const envOf = (spec: V1Pod["spec"]) => spec?.containers[0]?.env?.map(({ name }) => name);
      assert.deepEqual(envOf(pod?.spec), envOf(wanted?.template.spec));
    }

    /** What the API server would make of an object that nothing was there of before. */
    async function asMade(object: ReturnType<typeof objectsIn>[number]): Promise<object> {
      const file = join(project.folder, "object.json");
      const elsewhere = { ...object, metadata: { ...object.metadata, namespace: "default" } };
      writeFileSync(file, JSON.stringify(elsewhere));
      const made = await cluster.kubectl("create", "--dry-run=server", "-o", "json", "-f", file);
      return JSON.parse(made) as object;
    }

    for (const [number, moment] of moments[operation].entries())
      for (const [result, edited] of [
        ["with the same file", true],
        ["with the edit taken back", false],
      ] as const)
        it(`${moment[0]}: the next up, ${result}, makes all of it as it should be`, async () => {
          place = `zot-fleet-cut-${operation}-${number}-${edited ? "same" : "back"}`;
          await removeNamespaces(cluster, place);
          await configure(place, operation === "install");
          await project.pulumi(["stack", "init", place]);
          if (operation === "upgrade") {
            const { code, output } = await project.up(place);
            assert.equal(code, 0, output);
            await configure(place, true);
          }
          await cutAt(place, moment);
          const claim = await live(place)("PersistentVolumeClaim", "zot-pvc-zot-0");
          await configure(place, edited);
          const [cut] = (await helmRecords(reader, { namespace: place, name: "zot" })).slice(-1);
          const { output: preview } = await project.pulumi(["preview", "--stack", place]);
          if (cut?.status.startsWith("pending-") === true)
            assert.ok(
              preview.includes(`revision ${cut.revision} `) && preview.includes(cut.begun),
              preview,
            );
          const { code, output } = await project.up(place);
          assert.equal(code, 0, output);
          await assertAsDeployed(place);
          const { code: none, output: again } = await project.preview(place);
          assert.equal(none, 0, again);
          const after = await live(place)("PersistentVolumeClaim", "zot-pvc-zot-0");
          assert.equal(after?.metadata?.uid, claim?.metadata?.uid);
        });
  });

/** An object without what its cluster counts, and gives to each. */
function comparable(object: object): object {
  const { metadata, spec, data } = object as {
    metadata: { labels?: object; annotations?: object };
    spec?: Record<string, unknown>;
    data?: object;
  };
  const { clusterIP: _, clusterIPs: __, ...rest } = spec ?? {};
  const templates = rest["volumeClaimTemplates"] as
    { metadata: object; status?: object }[] | undefined;
  const {
    "meta.helm.sh/release-name": ___,
    "meta.helm.sh/release-namespace": ____,
    ...annotations
  } = (metadata.annotations ?? {}) as Record<string, string>;
  const { "app.kubernetes.io/managed-by": _____, ...labels } = (metadata.labels ?? {}) as Record<
    string,
    string
  >;
  return JSON.parse(
    JSON.stringify({
      data,
      annotations,
      labels,
      spec: {
        ...rest,
        ...(templates === undefined
          ? {}
          : { volumeClaimTemplates: templates.map((each) => ({ ...each, status: undefined })) }),
      },
    }),
  ) as object;
}
