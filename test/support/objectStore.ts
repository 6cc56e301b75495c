import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { BackingService } from "./backingService";
import { freePort } from "./freePort";

const bucket = "images";

/** An S3 gateway over a folder, with one bucket. */
export interface ObjectStore {
  service: BackingService;
  port: number;
  bucket: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
  /** The credentials as the tools of S3 find them in their environment. */
  environment: Record<string, string>;
  /** The keys of all objects of the bucket. */
  keys: () => string[];
}

/**
 * Starts the versitygw on PATH; skip without it first: `skipWithout("versitygw", this)`.
 *
 * @param host where it listens besides 127.0.0.1, such as the address of a node @default nowhere
 */
export async function startObjectStore(host?: string): Promise<ObjectStore> {
  const folder = mkdtempSync(join(tmpdir(), "zot-fleet-s3-"));
  const data = join(folder, "data");
  // The gateway's buckets are the folders that it finds.
  mkdirSync(join(data, bucket), { recursive: true });
  const port = await freePort();
  const credentials = {
    accessKeyId: `access-${randomBytes(8).toString("hex")}`,
    secretAccessKey: randomBytes(24).toString("hex"),
  };
  const hosts = ["127.0.0.1", ...(host === undefined ? [] : [host])];
  const service = await BackingService.started({
    command: "versitygw",
    args: [...hosts.flatMap((each) => ["--port", `${each}:${port}`]), "--quiet", "posix", data],
    folder,
    port,
    env: {
      ROOT_ACCESS_KEY_ID: credentials.accessKeyId,
      ROOT_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    },
  });
  return {
    service,
    port,
    bucket,
    region: "us-east-1",
    credentials,
    environment: {
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    },
    keys: () => filesUnder(join(data, bucket)),
  };
}

function filesUnder(root: string): string[] {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort();
}
