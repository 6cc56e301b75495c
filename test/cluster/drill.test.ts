import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hashSync } from "bcryptjs";
import { selfSigned } from "../support/certificates";
import { ClusterProject, needsCluster, removeNamespaces } from "../support/clusterProject";
import { drill, drillTable, following, type DrillRow, type Enough } from "../support/load/drill";
import { away, deletePod, evictPod, killPod, settled, type Patient } from "../support/load/faults";
import { pushShelf, type LoadImage } from "../support/load/images";
import type { Load } from "../support/load/load";
import { Way, type Target } from "../support/load/way";
import { needsNode } from "../support/needsNode";
import { startObjectStore } from "../support/objectStore";
import { heldCredentials } from "../support/pollAndPull";
import { acceptedClass, gatewayAddress, makeGateway } from "../support/realGateway";
import { startRedis } from "../support/redis";
import { isSkipped, skipBecause, skipWithout } from "../support/skip";
import { closeAll, type Undo } from "../support/undo";

const namespace = "zot-fleet-drill";
const team = "zot-fleet-drill-team";
const host = "oci.drill.test";
const chartVersion = "0.1.122";

/** `ZOT_FLEET_DRILL=thorough`: as often and as long as the documents' table was made. */
const thorough = process.env["ZOT_FLEET_DRILL"] === "thorough";
const times = thorough ? 3 : 1;
const enough: Enough = thorough
  ? { pulls: 3000, pushes: 100, longest: 900 }
  : { pulls: 300, pushes: 20, longest: 120 };
/** How long something is away. */
const awaySeconds = 30;
/** Slower than that, a download would last longer than a pod that was told to end. */
const slowBytesPerSecond = 6_000_000;
const largeBytes = 60_000_000;

describe("a registry over a bucket, under load, through every fault of a month", function () {
  this.timeout(7_200_000);
  let project: ClusterProject;
  let patient: Patient;
  let config: Record<string, unknown>;
  let target: Target;
  let large: LoadImage;
  const admin = { username: "admin", password: randomBytes(16).toString("hex") };
  const shelf: LoadImage[] = [];
  /** All that must be there. */
  const images: LoadImage[] = [];
  const rows: DrillRow[] = [];
  const undo: Undo[] = [];

  before(async function () {
    const cluster = await needsCluster(this, chartVersion);
    for (const tool of ["openssl", "versitygw", "redis-server", "redis-cli"])
      skipWithout(tool, this);
    const gatewayClass =
      (await acceptedClass(cluster)) ??
      skipBecause("no controller accepts a GatewayClass of this cluster", this);
    const node = await needsNode(cluster, this);
    await removeNamespaces(cluster, namespace, team);
    const store = await startObjectStore(node);
    undo.push(() => store.service.remove());
    const redis = await startRedis(node);
    undo.push(() => redis.service.remove());
    patient = { cluster, namespace, replicas: 2, store, redis };
    const { key, cert } = selfSigned([`DNS:${host}`]);
    undo.push(() => removeNamespaces(cluster, namespace, team));
    await makeGateway(cluster, { namespace, host, gatewayClass, key, cert });
    const address = await gatewayAddress(cluster, namespace);
    target = { url: `https://${host}`, address, ca: cert };
    project = new ClusterProject();
    undo.push(async () => {
      await project.pulumi(["destroy", "--stack", "drill", "--yes", "--skip-preview"]);
      project.remove();
    });
    config = {
      cluster: {
        name: "drill",
        context: cluster.context,
        domain: "drill.test",
        gateways: [{ name: "public", section: "https" }],
      },
      // A cheap hash: what is measured is no password's check.
      adminPassword: `${admin.username}:${hashSync(admin.password, 4)}`,
      registry: {
        namespace,
        replicas: patient.replicas,
        onePusherPerRepository: true,
        storage: {
          s3: {
            bucket: store.bucket,
            region: store.region,
            endpoint: `http://${node}:${store.port}`,
            prefix: "registries/drill",
          },
        },
        redis: { addresses: [`${node}:${redis.port}`], keyPrefix: "drill" },
        drain: "15s",
      },
      s3Credentials: store.credentials,
      redisPassword: redis.password,
      chart: { source: cluster.chart(chartVersion) },
      endpoint: { via: "route", connect: `${address}:443`, ca: cert },
      pullSecrets: [{ namespace: team }],
    };
    await deploy({});
    const way = new Way(target, admin, true);
    const pushed = await pushShelf(way, largeBytes);
    way.close();
    shelf.push(...pushed.shelf);
    large = pushed.large;
    images.push(...shelf, large);
  });

  after(async function () {
    if (rows.length > 0) process.stdout.write(`\n${drillTable(rows)}\n\n`);
    if (!isSkipped(this)) await closeAll(undo);
  });

  /** Says something else in the stack file, and deploys it. */
  async function deploy(more: Record<string, unknown>): Promise<void> {
    config = { ...config, ...more };
    await project.configure("drill", config);
    const { code, output } = await project.up("drill");
    assert.equal(code, 0, output);
    await settled(patient);
  }

  const held = () => heldCredentials(patient.cluster.context, team, host);

  /** Does harm under load, tells what came of it, and sees that nothing is lost or changed. */
  async function through(
    fault: string,
    harm: (load: Load) => Promise<unknown>,
    much: Enough = { ...enough, longest: 60 },
  ): Promise<DrillRow> {
    const run = String(rows.length);
    const plan = {
      target,
      puller: admin,
      holder: await held(),
      pusher: admin,
      shelf,
      large,
      pullers: 4,
      slowReaders: 2,
      bytesPerSecond: slowBytesPerSecond,
      pushers: 2,
      run,
    };
    const healed = async (load: Load) => {
      await harm(load);
      await settled(patient);
    };
    const row = await drill(fault, plan, much, healed, images);
    rows.push(row);
    const { report, reading } = row;
    assert.deepEqual(report.different, []);
    assert.deepEqual(reading.different, []);
    assert.deepEqual(reading.missing, []);
    assert.equal(reading.images, images.length);
    return row;
  }

  /** A fault that no client may notice. */
  async function unnoticed(fault: string, harm: (load: Load) => Promise<unknown>): Promise<void> {
    for (let time = 0; time < times; time++) {
      const { report } = await through(fault, harm, enough);
      assert.deepEqual(
        report.failures.map(({ text }) => text),
        [],
      );
      assert.ok(report.done.pull >= enough.pulls, `${report.done.pull} pulls`);
      assert.ok(report.done.push >= enough.pushes, `${report.done.push} pushes`);
    }
  }

  /** A fault that clients notice, and that is over: nothing fails at the end of the run. */
  async function survived(fault: string, harm: () => Promise<unknown>): Promise<void> {
    const { report, healedAfter, trouble } = await through(fault, harm);
    assert.ok(report.done.pull > 0);
    // Zot's own patience with its locks and connections is some seconds.
    assert.ok((trouble?.to ?? 0) < healedAfter + 20, JSON.stringify(trouble));
  }

  it("serves on while a pod is deleted", () => unnoticed("pod deleted", () => deletePod(patient)));

  it("serves on while a pod is evicted", () => unnoticed("pod evicted", () => evictPod(patient)));

  it("serves on while machine passwords are rotated, and knows what is handed out at once", async () => {
    let rotation = 1;
    await unnoticed("rotation", (load) =>
      following(load, held, () => deploy({ rotation: ++rotation })),
    );
  });

  it("serves on while the chart is upgraded", async () => {
    let release = Number(chartVersion.split(".")[2]);
    await unnoticed("chart upgraded", () => {
      const source = nextChart(++release);
      // What a new chart changes is its own; this makes the pods others in any case.
      const registry = config["registry"] as Record<string, unknown>;
      const resources = { memoryLimit: `${900 + release}Mi` };
      return deploy({ chart: { source }, registry: { ...registry, resources } });
    });
  });

  it("has lost nothing when a pod was killed", () =>
    survived("pod killed (-9)", () => killPod(patient)));

  it("has lost nothing when Redis was away", () =>
    survived(`Redis away ${awaySeconds} s`, () => away([patient.redis.service], awaySeconds)));

  it("has lost nothing when Redis was emptied", () =>
    survived("Redis emptied", () => patient.redis.command("FLUSHALL")));

  it("has lost nothing when the bucket was away, and gave out nothing wrong", () =>
    survived(`bucket away ${awaySeconds} s`, () => away([patient.store.service], awaySeconds)));

  it("has lost nothing when both were away while a pod began", () =>
    survived(`both away ${awaySeconds} s at a pod's start`, () =>
      away([patient.store.service, patient.redis.service], awaySeconds, () => deletePod(patient)),
    ));

  /** The same chart as a later release of it. */
  function nextChart(release: number): string {
    const folder = join(project.folder, `chart-${release}`);
    cpSync(patient.cluster.chart(chartVersion), folder, { recursive: true });
    const file = join(folder, "Chart.yaml");
    const text = readFileSync(file, "utf8").replace(/^version: .*$/m, `version: 0.1.${release}`);
    writeFileSync(file, text);
    return folder;
  }
});
