import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { FakeRegistry, Fakes } from "./fakeRegistry";

/** A Zot over a bucket that a test takes away and gives back. */
export interface BucketZot extends FakeRegistry {
  /** Whether the bucket answers. */
  setAway(away: boolean): void;
  /** Called with `GET /v2/…` before that is answered. */
  before(listener: (line: string) => void): void;
  /** Requests that write, as they came. */
  writes(): string[];
  /** Stores a manifest under a tag and its digest. */
  put(repository: string, tag: string, manifest: Buffer): string;
  putBlob(repository: string, bytes: Buffer): string;
  /** Takes everything out of the bucket. */
  empty(): void;
  /** What the bucket holds, as `repository:tag`. */
  tags(): string[];
}

export const digestOf = (bytes: Buffer) =>
  `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

const ociManifest = "application/vnd.oci.image.manifest.v1+json";

/**
 * Zot 2.1.18 over S3, as it was seen to answer with its bucket there, killed, renamed, and with an access key that it refuses:
 * without the bucket 404 NAME_UNKNOWN for manifests and tags, 404 BLOB_UNKNOWN, 400 NAME_UNKNOWN for a deletion, 500 for a push.
 *
 * @param catalog what the catalog is answered without the bucket: it was 500; an empty list is what another release may say
 */
export async function startBucketZot(
  fakes: Fakes,
  catalog: 500 | "empty" = 500,
): Promise<BucketZot> {
  const manifests = new Map<string, Buffer>();
  const blobs = new Map<string, Buffer>();
  const listeners: ((line: string) => void)[] = [];
  let away = false;
  const put = (repository: string, tag: string, manifest: Buffer) => {
    const digest = digestOf(manifest);
    for (const name of [tag, digest]) manifests.set(`${repository}@${name}`, manifest);
    return digest;
  };
  const putBlob = (repository: string, bytes: Buffer) => {
    const digest = digestOf(bytes);
    blobs.set(`${repository}@${digest}`, bytes);
    return digest;
  };
  const tagNames = () =>
    [...manifests.keys()].filter((key) => !key.includes("sha256:")).map((key) => key.split("@"));
  const answers = {
    manifest(request: IncomingMessage, response: ServerResponse, repository: string, name: string) {
      const key = `${repository}@${name}`;
      const known = manifests.get(key);
      const named = tagNames().some(([each]) => each === repository);
      if (away || known === undefined) {
        const code = away || !named ? "NAME_UNKNOWN" : "MANIFEST_UNKNOWN";
        const status = request.method === "DELETE" && code === "NAME_UNKNOWN" ? 400 : 404;
        refuse(response, status, code);
      } else if (request.method === "DELETE") {
        manifests.delete(key);
        response.writeHead(202).end();
      } else {
        response
          .writeHead(200, {
            "content-type": ociManifest,
            "content-length": known.length,
            "docker-content-digest": digestOf(known),
          })
          .end(request.method === "HEAD" ? undefined : known);
      }
    },
    store(response: ServerResponse, body: Buffer, repository: string, name: string) {
      if (away) response.writeHead(500).end();
      else response.writeHead(201, { "docker-content-digest": put(repository, name, body) }).end();
    },
    upload(response: ServerResponse, body: Buffer, repository: string) {
      if (away) response.writeHead(500).end();
      else {
        putBlob(repository, body);
        response.writeHead(201).end();
      }
    },
    blob(request: IncomingMessage, response: ServerResponse, repository: string, digest: string) {
      const known = away ? undefined : blobs.get(`${repository}@${digest}`);
      if (known === undefined) refuse(response, 404, "BLOB_UNKNOWN");
      else
        response
          .writeHead(200, { "content-length": known.length })
          .end(request.method === "HEAD" ? undefined : known);
    },
    tags(response: ServerResponse, repository: string) {
      const tags = tagNames().flatMap(([each, tag]) => (each === repository ? [tag] : []));
      if (away || tags.length === 0) refuse(response, 404, "NAME_UNKNOWN");
      else response.end(JSON.stringify({ name: repository, tags }));
    },
    catalog(response: ServerResponse) {
      const repositories = away ? [] : [...new Set(tagNames().map(([repository]) => repository))];
      if (away && catalog === 500) response.writeHead(500).end();
      else response.end(JSON.stringify({ repositories }));
    },
  };
  const registry = await fakes.server((request, response) => {
    const { method = "", url = "" } = request;
    const path = url.split("?", 1)[0] ?? "";
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      for (const listener of listeners) listener(`${method} ${path}`);
      const body = Buffer.concat(chunks);
      const [, repository = "", kind, name = ""] =
        /^\/v2\/(.+)\/(manifests|blobs|tags)\/(.+)$/.exec(path) ?? [];
      response.setHeader("docker-distribution-api-version", "registry/2.0");
      if (path === "/v2/_catalog") answers.catalog(response);
      else if (kind === "tags") answers.tags(response, repository);
      else if (kind === "manifests" && method === "PUT")
        answers.store(response, body, repository, name);
      else if (kind === "manifests") answers.manifest(request, response, repository, name);
      else if (kind === "blobs" && method === "POST") answers.upload(response, body, repository);
      else if (kind === "blobs") answers.blob(request, response, repository, name);
      else response.end("{}");
    });
  });
  return {
    ...registry,
    setAway: (value) => (away = value),
    before: (listener) => listeners.push(listener),
    writes: () => registry.lines().filter((line) => !/^(?:GET|HEAD) /.test(line)),
    put,
    putBlob,
    empty() {
      manifests.clear();
      blobs.clear();
    },
    tags: () => tagNames().map((parts) => parts.join(":")),
  };
}

function refuse(response: ServerResponse, status: number, code: string) {
  response
    .writeHead(status, { "content-type": "application/json" })
    .end(JSON.stringify({ errors: [{ code, message: code.toLowerCase().replace("_", " ") }] }));
}

/** An image of one platform: its manifest, and the blobs that belong to it. */
export function smallImage(architecture = "amd64"): { manifest: Buffer; blobs: Buffer[] } {
  const config = Buffer.from(
    JSON.stringify({ os: "linux", architecture, rootfs: { type: "layers", diff_ids: [] } }),
  );
  const layer = Buffer.from(`layer for ${architecture}`);
  const describe = (mediaType: string, bytes: Buffer) => ({
    mediaType,
    digest: digestOf(bytes),
    size: bytes.length,
  });
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: ociManifest,
      config: describe("application/vnd.oci.image.config.v1+json", config),
      layers: [describe("application/vnd.oci.image.layer.v1.tar", layer)],
    }),
  );
  return { manifest, blobs: [config, layer] };
}

/** Puts a small image, and the sentinel beside it, into the bucket; gives the image's digest. */
export function fill(zot: BucketZot, repository: string, tag: string, sentinel: string): string {
  const { manifest, blobs } = smallImage();
  for (const blob of blobs) zot.putBlob(repository, blob);
  const digest = zot.put(repository, tag, manifest);
  const [name = "", sentinelTag = ""] = sentinel.split(":");
  zot.put(name, sentinelTag, smallImage("none").manifest);
  return digest;
}
