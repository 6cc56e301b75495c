import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { BackingService } from "./backingService";
import { freePort } from "./freePort";

const run = promisify(execFile);

/** A Redis with a password, which writes down what it is told. */
export interface Redis {
  service: BackingService;
  port: number;
  password: string;
  /** Gives it one command, and tells what it answers. */
  command: (...words: string[]) => Promise<string>;
}

/**
 * Starts Debian's redis-server; skip without it and its client first: `skipWithout("redis-server", this)`.
 *
 * @param host where it listens besides 127.0.0.1, such as the address of a node @default nowhere
 */
export async function startRedis(host?: string): Promise<Redis> {
  const folder = mkdtempSync(join(tmpdir(), "zot-fleet-redis-"));
  const port = await freePort();
  const password = randomBytes(24).toString("hex");
  const file = join(folder, "redis.conf");
  const lines = [
    `port ${port}`,
    `bind ${["127.0.0.1", ...(host === undefined ? [] : [host])].join(" ")}`,
    `requirepass ${password}`,
    `dir ${folder}`,
    "appendonly yes",
  ];
  writeFileSync(file, lines.join("\n"), { mode: 0o600 });
  const service = await BackingService.started({
    command: "redis-server",
    args: [file],
    folder,
    port,
  });
  const env = { ...process.env, REDISCLI_AUTH: password };
  const command = async (...words: string[]) =>
    (await run("redis-cli", ["-p", String(port), "--raw", ...words], { env })).stdout.trim();
  return { service, port, password, command };
}
