import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { lockFile } from "../../../src/seeding/lock";
import { RegistryClient } from "../../../src/registry/client";
import { ClusterStandIn } from "../standIn/cluster";
import { applied, isPlain, type KubeObject } from "../standIn/fields";
import { rendered, secretOf, type WantedRelease } from "../standIn/helm";
import { pathOf } from "../standIn/kinds";
import { Project } from "./project";
import { revealed } from "./clients";

/*
 * A fixture: what a stack of an earlier version left, in a folder with `stack.yaml`, `state.json` (exported, passphrase `test`),
 * `seeds.lock` and `images.json` (the registry's content, small images alone). Its cluster is made from the state: the live objects are
 * in it.
 */

interface StateResource {
  type: string;
  urn: string;
  id?: string;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
}

interface StoredImage {
  repository: string;
  /** Tags and digests, with what a PUT of them sends, in base64. */
  manifests: { reference: string; type: string; body: string }[];
  blobs: string[];
}

export interface LoadedFixture {
  cluster: ClusterStandIn;
  project: Project;
  close: () => Promise<void>;
}

const resourcesIn = (state: string) =>
  (JSON.parse(state) as { deployment: { resources?: StateResource[] } }).deployment.resources ?? [];

/** The account that seeds, from a state whose secrets are shown. */
function fleetIn(shown: string) {
  const account = resourcesIn(shown).find(({ urn }) => urn.endsWith("::fleet"));
  const { username, plainPassword } = revealed(account?.outputs) as Record<string, string>;
  return { username: username ?? "", password: plainPassword ?? "" };
}

/** Writes what a deployment left. */
export async function writeFixture(project: Project, url: string, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  copyFileSync(project.file, join(folder, "stack.yaml"));
  copyFileSync(join(project.folder, lockFile), join(folder, "seeds.lock"));
  writeFileSync(join(folder, "state.json"), project.export());
  const credentials = fleetIn(project.export(true));
  const client = new RegistryClient({ url, credentials });
  try {
    const images = await storedImages(client);
    writeFileSync(join(folder, "images.json"), `${JSON.stringify(images, null, 1)}\n`);
  } finally {
    await client.close();
  }
}

/** All that a registry holds. */
async function storedImages(client: RegistryClient): Promise<StoredImage[]> {
  const images: StoredImage[] = [];
  for await (const repository of client.catalog(100)) {
    const image: StoredImage = { repository, manifests: [], blobs: [] };
    const { body } = await client.request({ method: "GET", path: `/v2/${repository}/tags/list` });
    const { tags } = JSON.parse(body.toString()) as { tags: string[] };
    for (const tag of [...tags].sort()) await keep(client, image, tag);
    image.blobs = [...new Set(image.blobs)];
    images.push(image);
  }
  return images;
}

const accept =
  "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json";

/** Keeps a manifest, and before it what it names: a registry takes them in this order. */
async function keep(client: RegistryClient, image: StoredImage, reference: string): Promise<void> {
  const path = `/v2/${image.repository}/manifests/${reference}`;
  const answer = await client.request({ method: "GET", path, headers: { accept } });
  const manifest = JSON.parse(answer.body.toString()) as {
    manifests?: { digest: string }[];
    config?: { digest: string };
    layers?: { digest: string }[];
  };
  for (const { digest } of manifest.manifests ?? []) await keep(client, image, digest);
  for (const part of [manifest.config, ...(manifest.layers ?? [])]) {
    if (part === undefined) continue;
    const blob = await client.request({
      method: "GET",
      path: `/v2/${image.repository}/blobs/${part.digest}`,
    });
    image.blobs.push(blob.body.toString("base64"));
  }
  image.manifests.push({
    reference,
    type: answer.headers["content-type"] ?? "",
    body: answer.body.toString("base64"),
  });
}

/** Makes the cluster, the registry and the project of a fixture in `folder`, with today's program or that of `commit`. */
export async function loadFixture(
  fixture: string,
  folder: string,
  commit?: string,
): Promise<LoadedFixture> {
  const state = readFileSync(join(fixture, "state.json"), "utf8");
  const stack = readFileSync(join(fixture, "stack.yaml"), "utf8");
  const { context = "", uid = "" } = guardIn(state);
  const [, name = "test"] = /urn:pulumi:([^:]+)::/.exec(state) ?? [];
  const cluster = new ClusterStandIn(join(folder, "cluster"), {
    context,
    registry: "distribution",
  });
  await cluster.open(uid);
  const project = new Project(join(folder, "project"), cluster.environment(), {
    commit,
    stack: name,
    plugins: cluster.plugins,
  });
  const close = async () => {
    project.close();
    await cluster.close();
  };
  // Where the registry listened is free no more, or was elsewhere: the same place under another name is no change.
  const moved = (text: string) => moveEndpoints(text, cluster.pod.url);
  writeFileSync(project.file, moved(stack));
  copyFileSync(join(fixture, "seeds.lock"), join(project.folder, lockFile));
  await project.init();
  writeFileSync(project.file, moved(stack));
  await project.import(moved(state));
  const shown = project.export(true);
  // As they are, with their owners: who put a label on a namespace is asked for.
  const objects = objectsIn(shown).map((object) => [pathOf(object), object] as const);
  cluster.api.restore({ ...cluster.api.all(), ...Object.fromEntries(objects) });
  for (const [path] of objects) cluster.api.changed(path);
  await cluster.settled();
  await fill(cluster, fleetIn(shown), join(fixture, "images.json"));
  keepKeys(cluster, shown);
  return { cluster, project, close };
}

/** What the guard remembers: the context, and the UID of `kube-system`. */
function guardIn(state: string): Record<string, string> {
  const guard = resourcesIn(state).find(({ type }) => type.endsWith(":ClusterGuard"));
  return (guard?.inputs ?? {}) as Record<string, string>;
}

/** Every endpoint in a JSON text leads to `url`. */
function moveEndpoints(text: string, url: string): string {
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk);
    if (!isPlain(value)) return value;
    if (["address", "route", "port-forward"].includes(String(value["via"])))
      return { via: "address", url };
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, walk(each)]));
  };
  return JSON.stringify(walk(parse(text)), null, 2);
}

/** The live objects of a state, owned as the provider owned them. */
function objectsIn(shown: string): KubeObject[] {
  const found = resourcesIn(shown).filter(({ type }) => type.startsWith("kubernetes:"));
  return found.flatMap(({ type, outputs }): KubeObject[] => {
    const {
      __inputs,
      __fieldManager,
      __initialApiVersion: _,
      ...live
    } = revealed(outputs) as Record<string, unknown>;
    if (type === "kubernetes:helm.sh/v3:Release") {
      const wanted = __inputs as WantedRelease;
      const { revision = 1 } = (live["status"] ?? {}) as { revision?: number };
      const objects = rendered(wanted);
      return [...objects, secretOf(wanted, revision, "deployed", objects)];
    }
    if (live["kind"] === undefined || type.endsWith("Patch")) return [];
    const object = live as unknown as KubeObject;
    const { managedFields: __, ...metadata } = object.metadata;
    return [
      applied(
        { ...object, metadata },
        { ...object, ...(__inputs as object) },
        String(__fieldManager),
        true,
      ),
    ];
  });
}

async function fill(
  cluster: ClusterStandIn,
  credentials: { username: string; password: string },
  file: string,
): Promise<void> {
  if (!existsSync(file)) return;
  const client = new RegistryClient({ url: cluster.pod.url, credentials });
  try {
    for (const { repository, manifests, blobs } of JSON.parse(
      readFileSync(file, "utf8"),
    ) as StoredImage[]) {
      for (const blob of blobs.map((text) => Buffer.from(text, "base64"))) {
        const digest = `sha256:${createHash("sha256").update(blob).digest("hex")}`;
        const begun = await client.request({
          method: "POST",
          path: `/v2/${repository}/blobs/uploads/`,
        });
        const { pathname, searchParams } = new URL(
          begun.headers["location"] ?? "",
          cluster.pod.url,
        );
        searchParams.set("digest", digest);
        await client.request({
          method: "PUT",
          path: `${pathname}?${searchParams.toString()}`,
          body: blob,
          headers: { "content-type": "application/octet-stream" },
        });
      }
      for (const { reference, type, body } of manifests)
        await client.request({
          method: "PUT",
          path: `/v2/${repository}/manifests/${reference}`,
          body: Buffer.from(body, "base64"),
          headers: { "content-type": type },
        });
    }
  } finally {
    await client.close();
  }
}

/** The API keys that the state holds, where the registry keeps them. */
function keepKeys(cluster: ClusterStandIn, shown: string): void {
  const keys = resourcesIn(shown)
    .filter(({ type }) => type.endsWith(":ApiKey"))
    .flatMap(({ outputs }) => {
      const { label, keys: held = [] } = revealed(outputs) as {
        label: string;
        keys?: { id: string; username: string; password: string; expiresAt: string }[];
      };
      return held.map(({ id, username, password, expiresAt }) => ({
        uuid: id,
        username,
        label,
        createdAt: "2026-01-01T00:00:00Z",
        expirationDate: expiresAt,
        hash: createHash("sha256").update(password).digest("hex"),
      }));
    });
  if (keys.length > 0) writeFileSync(join(cluster.volume(), "api-keys.json"), JSON.stringify(keys));
}
