import { createHash, randomBytes, randomUUID } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { AccessControl } from "../../../src/zot/accessControl";
import { verifyPassword } from "../../../src/zot/credentials";
import { mayDo } from "../../../src/zot/mayDo";
import type { Action } from "../../../src/zot/policies";

export interface ZotLike {
  config: { http: { accessControl: AccessControl; auth?: { apikey?: boolean } } };
  version: string;
  htpasswd: string;
  /** The folder that the API keys lie in, as Zot's lie on the claim. */
  volume: string;
}

/** Answers a request where docker-registry cannot, or must not; true where it did. */
export type Gatekeeper = (
  request: IncomingMessage,
  response: ServerResponse,
  base: string,
) => Promise<boolean>;

interface StoredKey {
  uuid: string;
  username: string;
  label: string;
  createdAt: string;
  expirationDate: string;
  hash: string;
}

/** docker-registry answers 404 for a manifest that nobody asked for by its type; Zot gives what it has. */
export const everyManifest =
  "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.docker.distribution.manifest.v2+json";

const seen = new Map<string, boolean>();
const digestOf = (value: string) => createHash("sha256").update(value).digest("hex");

/** What Zot does besides being a registry: accounts, rights by repository, API keys, its own addresses. */
export function likeZot({ config, version, htpasswd, volume }: ZotLike): Gatekeeper {
  const { accessControl: control, auth = {} } = config.http;
  const lines = new Map(
    htpasswd.split("\n").flatMap((line) => {
      const at = line.indexOf(":");
      return at < 0 ? [] : [[line.slice(0, at), line.slice(at + 1)] as const];
    }),
  );
  const file = join(volume, "api-keys.json");
  const keys = (): StoredKey[] =>
    existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as StoredKey[]) : [];
  const keep = (all: StoredKey[]) => {
    writeFileSync(file, JSON.stringify(all));
  };

  /** The account; undefined for a stranger, null for wrong credentials. */
  async function userOf({
    headers: { authorization },
  }: IncomingMessage): Promise<string | null | undefined> {
    if (authorization === undefined) return undefined;
    const [username = "", ...rest] = Buffer.from(authorization.replace(/^Basic /, ""), "base64")
      .toString()
      .split(":");
    const password = rest.join(":");
    if (auth.apikey === true && password.startsWith("zak_")) {
      const key = keys().find(({ hash }) => hash === digestOf(password));
      const lives = key !== undefined && Date.parse(key.expirationDate) > Date.now();
      return lives && key.username === username ? username : null;
    }
    const hash = lines.get(username);
    if (hash === undefined) return null;
    const id = digestOf(`${hash} ${password}`);
    if (!seen.has(id)) seen.set(id, await verifyPassword(password, hash));
    return seen.get(id) === true ? username : null;
  }

  return async (request, response, base) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://x");
    const method = request.method ?? "GET";
    const end = (status: number, body: unknown = {}) => {
      response.writeHead(status, {
        "content-type": "application/json",
        "docker-distribution-api-version": "registry/2.0",
        ...(status === 401 ? { "www-authenticate": 'Basic realm="zot"' } : {}),
      });
      response.end(
        method === "HEAD" ? undefined : typeof body === "string" ? body : JSON.stringify(body),
      );
      return true;
    };
    if (/^\/(livez|readyz|startupz)$/.test(pathname)) return end(200);
    const user = await userOf(request);
    if (user === null) return end(401);
    if (pathname === "/metrics") {
      if (user === undefined) return end(401);
      if (control.metrics?.users.includes(user) !== true) return end(403);
      return end(
        200,
        `zot_info{commit="v${version}"} 1\nzot_storage_lock_latency_seconds_count{storageName="/var/lib/registry"} 1\n`,
      );
    }
    if (pathname === "/zot/auth/apikey") {
      if (auth.apikey !== true) return end(404);
      return user === undefined
        ? end(401)
        : end(...(await apiKeys(method, user, searchParams, request)));
    }
    const anonymous = Object.values(control.repositories).some(
      ({ anonymousPolicy = [] }) => anonymousPolicy.length > 0,
    );
    if (user === undefined && !anonymous) return end(401);
    if (/^\/v2\/?$/.test(pathname) || pathname === "/v2/_oci/ext/discover") return end(200);
    const may = (action: Action, repository: string, reference?: string) =>
      mayDo(
        control,
        version,
        { user },
        { action, repository, ...(reference === undefined ? {} : { reference }) },
      );
    if (pathname === "/v2/_catalog") {
      const all = (await (await fetch(`${base}/v2/_catalog?n=1000`)).json()) as {
        repositories: string[];
      };
      return end(200, { repositories: all.repositories.filter((name) => may("read", name)) });
    }
    const [, repository = "", part = "", reference = ""] =
      /^\/v2\/(.+)\/(manifests|blobs|tags)\/(.*)$/.exec(pathname) ?? [];
    if (repository === "") return end(404);
    const there = async () =>
      (await fetch(`${base}${pathname}`, { method: "HEAD", headers: { accept: everyManifest } }))
        .ok;
    const action: Action =
      method === "GET" || method === "HEAD"
        ? "read"
        : method === "DELETE"
          ? "delete"
          : part === "manifests" && (await there())
            ? "update"
            : "create";
    if (!may(action, repository, part === "manifests" ? reference : undefined))
      return end(user === undefined ? 401 : 403);
    // What is no manifest is refused before anything is looked at; docker-registry answers 500.
    if (method === "PUT" && part === "manifests" && request.headers["content-length"] === "2")
      return end(400);
    if (method !== "DELETE" || part !== "manifests" || reference.includes(":")) return false;
    // docker-registry cannot delete a tag; Zot can.
    const tag = join(
      volume,
      "docker/registry/v2/repositories",
      repository,
      "_manifests/tags",
      reference,
    );
    if (!existsSync(tag)) return end(404);
    rmSync(tag, { recursive: true });
    return end(202);
  };

  async function apiKeys(
    method: string,
    username: string,
    query: URLSearchParams,
    request: IncomingMessage,
  ): Promise<[number, unknown?]> {
    const shown = ({ hash: _, username: __, ...rest }: StoredKey) => rest;
    if (method === "GET")
      return [
        200,
        {
          apiKeys: keys()
            .filter((key) => key.username === username)
            .map(shown),
        },
      ];
    if (method === "DELETE") {
      keep(keys().filter((key) => key.username !== username || key.uuid !== query.get("id")));
      return [200];
    }
    const { label, expirationDate } = JSON.parse(await text(request)) as {
      label: string;
      expirationDate: string;
    };
    const apiKey = `zak_${randomBytes(16).toString("hex")}`;
    const key = {
      uuid: randomUUID(),
      username,
      label,
      createdAt: new Date().toISOString(),
      expirationDate,
      hash: digestOf(apiKey),
    };
    keep([...keys(), key]);
    return [201, { ...shown(key), apiKey }];
  }
}
