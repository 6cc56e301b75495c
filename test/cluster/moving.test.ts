import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync, mkdtempSync, symlinkSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { withPortForward } from "../../src/cluster/portForward";
import { mediaTypes } from "../../src/images/mediaTypes";
import { RegistryClient } from "../../src/registry/client";
import { chartNames, zotPort } from "../../src/zot/chartValues";
import {
  ClusterProject,
  needsCluster,
  removeNamespaces,
  type TestCluster,
} from "../support/clusterProject";
import { needsNode } from "../support/needsNode";
import { startObjectStore, type ObjectStore } from "../support/objectStore";
import { pageCommands } from "../support/pageBlocks";
import { pushImage } from "../support/push";
import { startRedis, type Redis } from "../support/redis";
import { isSkipped, skipBecause, skipWithout } from "../support/skip";
import { closeAll, type Undo } from "../support/undo";

const namespace = "zot-fleet-moving";
const root = join(__dirname, "../..");
const page = readFileSync(join(root, "docs/replicas.md"), "utf8");
/** Images, and among them those that something refers to. */
const count = Number(process.env["ZOT_FLEET_IMAGES"] ?? 40);
const copier = "docker.io/rclone/rclone";

const admin = { username: "admin", password: "only for this registry" };

describe("images that move from a claim into a bucket and back, by the page's own commands", function () {
  this.timeout(1_800_000);
  let cluster: TestCluster;
  let project: ClusterProject;
  let store: ObjectStore;
  let redis: Redis;
  let folder: string;
  let onClaim: Record<string, unknown>;
  let overBucket: Record<string, unknown>;
  let held: string[];
  const undo: Undo[] = [];

  before(async function () {
    cluster = await needsCluster(this, "0.1.122");
    for (const tool of ["versitygw", "redis-server"]) skipWithout(tool, this);
    await removeNamespaces(cluster, namespace);
    const node = await needsNode(cluster, this);
    const listed = "jsonpath={.items[0].status.images[*].names[*]}";
    const images = await cluster.kubectl("get", "nodes", "-o", listed);
    if (!images.includes(copier)) skipBecause(`${copier} is not on the cluster's node`, this);
    store = await startObjectStore(node);
    undo.push(() => store.service.remove());
    redis = await startRedis(node);
    undo.push(() => redis.service.remove());
    folder = mkdtempSync(join(tmpdir(), "zot-fleet-moving-"));
    undo.push(() => rm(folder, { recursive: true }));
    symlinkSync(join(root, "examples"), join(folder, "examples"));
    writeFileSync(join(folder, "copy.env"), copySettings(node));
    const common = {
      cluster: { name: "moving", context: cluster.context, domain: "moving.test", gateways: [] },
      chart: { source: cluster.chart("0.1.122") },
      adminPassword: admin.password,
    };
    onClaim = { ...common, registry: { namespace } };
    const endpoint = `http://${node}:${store.port}`;
    overBucket = {
      ...common,
      registry: {
        namespace,
        replicas: 2,
        onePusherPerRepository: true,
        storage: {
          s3: { bucket: store.bucket, region: store.region, endpoint, prefix: "registries/moving" },
        },
        redis: { addresses: [`${node}:${redis.port}`] },
      },
      s3Credentials: store.credentials,
      redisPassword: redis.password,
    };
    project = new ClusterProject();
    undo.push(async () => {
      await project.pulumi(["destroy", "--stack", "moving", "--yes", "--skip-preview"]);
      await removeNamespaces(cluster, namespace);
      project.remove();
    });
    await project.configure("moving", onClaim);
    const { code, output } = await project.up("moving");
    assert.equal(code, 0, output);
    await withRegistry(fill);
    held = await withRegistry(contents);
  });

  after(async function () {
    if (!isSkipped(this)) await closeAll(undo);
  });

  /** The page's settings, with what this cluster has in the place of the page's example. */
  function copySettings(node: string): string {
    const [, example = ""] = /```text\n([^]*?)\n```/.exec(page) ?? [];
    const values: Record<string, string> = {
      AWS_ACCESS_KEY_ID: store.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: store.credentials.secretAccessKey,
      RCLONE_CONFIG_BUCKET_REGION: store.region,
      RCLONE_CONFIG_BUCKET_ENDPOINT: `http://${node}:${store.port}`,
      IMAGES: `${store.bucket}/registries/moving/registries/moving`,
    };
    return example
      .split("\n")
      .map((line) => {
        const [name = "", value = ""] = line.split("=", 2);
        return `${name}=${values[name] ?? value}`;
      })
      .join("\n");
  }

  async function withRegistry<T>(work: (client: RegistryClient) => Promise<T>): Promise<T> {
    const { context } = cluster;
    const target = { context, namespace, service: chartNames.service, port: zotPort };
    return withPortForward(target, async (url) => {
      await using client = new RegistryClient({ url, credentials: admin });
      return await work(client);
    });
  }

  /** Runs the page's commands as they are, and tells when the registry was stopped, in milliseconds since 1970. */
  async function follow(heading: string): Promise<number> {
    const commands = pageCommands("replicas.md", heading);
    let stopped = 0;
    for (const command of commands) {
      if (command.includes("--replicas=0")) stopped = Date.now();
      const options = { cwd: folder, env: { ...process.env, NAMESPACE: namespace } };
      await promisify(execFile)("bash", ["-euc", command], options);
    }
    assert.ok(stopped > 0, heading);
    return stopped;
  }

  /** Says for how long nobody could pull or push: until pods served, as the Deployment or the one pod tells. */
  async function tellGap(
    where: string,
    stopped: number,
    serving: "deployment" | "pod/zot-0",
  ): Promise<void> {
    const condition = serving === "deployment" ? "Available" : "Ready";
    const name = serving === "deployment" ? "deployment/zot" : serving;
    const path = `jsonpath={.status.conditions[?(@.type=='${condition}')].lastTransitionTime}`;
    const since = Date.parse(await cluster.kubectl("-n", namespace, "get", name, "-o", path));
    const seconds = (since - stopped) / 1000;
    process.stdout.write(`      ${where}: nobody pulled or pushed for ${seconds.toFixed(0)} s\n`);
  }

  async function deploy(config: Record<string, unknown>): Promise<string> {
    await project.configure("moving", config);
    const { code, output } = await project.pulumi([
      "up",
      "--refresh",
      "--stack",
      "moving",
      "--yes",
      "--skip-preview",
    ]);
    assert.equal(code, 0, output);
    return output;
  }

  it("has them all in the bucket: tags, digests, referrers, and every blob", async () => {
    const stopped = await follow("From the claim to the bucket");
    const output = await deploy(overBucket);
    assert.match(output, /nothing copies them/);
    assert.deepEqual(await withRegistry(contents), held);
    await tellGap("to the bucket", stopped, "deployment");
    assert.equal(
      await cluster.kubectl("-n", namespace, "get", "pvc", "-o", "name"),
      "persistentvolumeclaim/zot-pvc-zot-0",
    );
    const { code, output: preview } = await project.preview("moving");
    assert.equal(code, 0, preview);
  });

  it("has them all on the claim again, with what was pushed and deleted in between", async () => {
    await withRegistry(async (client) => {
      await pushImage(client, "team-0/later", "1", "pushed over the bucket");
      const gone = await client.headManifest("team-0/app", "20");
      assert.ok(gone);
      await client.deleteManifest("team-0/app", "20");
    });
    const now = await withRegistry(contents);
    assert.notDeepEqual(now, held);
    const stopped = await follow("And back");
    for (const key of ["redisPassword", "s3Credentials"])
      await project.pulumi(["config", "rm", `zot-fleet:${key}`, "--stack", "moving"]);
    await deploy(onClaim);
    await tellGap("and back", stopped, "pod/zot-0");
    assert.deepEqual(await withRegistry(contents), now);
  });
});

/** Flat and nested repositories, layers that several share, and referrers. */
async function fill(client: RegistryClient): Promise<void> {
  for (let index = 0; index < count; index++) {
    const team = `team-${index % 5}`;
    const repository = index % 2 === 0 ? `${team}/app` : `${team}/app/nested/deep`;
    const image = await pushImage(client, repository, String(index), `content ${index % 7}`);
    if (index % 10 !== 0) continue;
    const manifest = JSON.parse(image.bytes.toString()) as object;
    const subject = {
      mediaType: mediaTypes.ociManifest,
      digest: image.digest,
      size: image.bytes.length,
    };
    const referrer = { ...manifest, artifactType: "application/vnd.example.note", subject };
    const bytes = Buffer.from(JSON.stringify(referrer));
    await client.putManifest(repository, `note-${index}`, bytes, mediaTypes.ociManifest);
  }
}

/** A line for each tag, with its digest, its referrers, and its blobs, each read and compared with its digest. */
async function contents(client: RegistryClient): Promise<string[]> {
  const lines: string[] = [];
  for await (const repository of client.catalog()) {
    if (repository.startsWith("zot-fleet/")) continue;
    for await (const tag of client.tags(repository)) {
      const manifest = await client.getManifest(repository, tag);
      assert.ok(manifest, `${repository}:${tag}`);
      const { config, layers } = JSON.parse(manifest.bytes.toString()) as {
        config: { digest: string };
        layers: { digest: string }[];
      };
      for (const { digest } of [config, ...layers])
        assert.ok(await client.verifyBlob(repository, digest), `${repository} ${digest}`);
      const path = `/v2/${repository}/referrers/${manifest.digest}`;
      const referrers = JSON.parse(
        (await client.request({ method: "GET", path })).body.toString(),
      ) as { manifests: { digest: string }[] };
      const referring = referrers.manifests.map(({ digest }) => digest).sort();
      lines.push(`${repository}:${tag} ${manifest.digest} ${referring.join(",")}`);
    }
  }
  return lines.sort();
}
