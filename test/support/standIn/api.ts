import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { parse } from "yaml";
import { bare, merged, Refusal, refuseImmutable } from "./changes";
import { applied, FieldConflict, updated, type KubeObject } from "./fields";
import { pathOf, resources } from "./kinds";

/**
 * A Kubernetes API server in its least form: objects in a JSON file, behind the requests that this project and the provider's
 * stand-in make. Upserts go by server-side apply, with owners of fields and conflicts.
 */
export class ApiServer {
  /** `http://127.0.0.1:port` */
  url = "";
  /** Told of every change, after it: what the controllers of a cluster do. */
  changed: (path: string) => void = () => undefined;
  /** The log of a pod. */
  log: (namespace: string, pod: string) => string = () => "";
  /** The paths that nobody may ask for. */
  refused: RegExp | undefined;
  /** Every change that was asked for, as `apply Secret zot/zot-secret`. */
  readonly asked: string[] = [];
  readonly #objects: Map<string, KubeObject>;
  readonly #server: Server;
  #version: number;

  constructor(readonly file: string) {
    const stored = existsSync(file)
      ? (JSON.parse(readFileSync(file, "utf8")) as Record<string, KubeObject>)
      : {};
    this.#objects = new Map(Object.entries(stored));
    this.#version = 1000 + this.#objects.size;
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => {
        const { code, reason } = error instanceof Refusal ? error : { code: 500, reason: "Error" };
        send(response, code, {
          kind: "Status",
          apiVersion: "v1",
          status: "Failure",
          code,
          reason,
          message: String(error instanceof Error ? error.message : error),
        });
      });
    });
  }

  async listen(): Promise<void> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, "close");
  }

  get(path: string): KubeObject | undefined {
    return this.#objects.get(path);
  }

  /** Every object whose path begins so. */
  under(prefix: string): KubeObject[] {
    return [...this.#objects]
      .filter(([path]) => path.startsWith(prefix))
      .map(([, object]) => object);
  }

  /** Writes an object as it is, as a controller does. */
  put(object: KubeObject, manager = "stand-in"): KubeObject {
    const path = pathOf(object);
    const live = this.#objects.get(path);
    return this.#store(path, updated(live, object, manager), live);
  }

  /** Deletes what is there, and what lies in it. */
  remove(path: string): void {
    const within = /^\/api\/v1\/namespaces\/([^/]+)$/.exec(path)?.[1];
    const gone = [...this.#objects.keys()].filter(
      (each) => each === path || (within !== undefined && each.includes(`/namespaces/${within}/`)),
    );
    for (const each of gone) this.#objects.delete(each);
    this.#save();
    for (const each of gone) this.changed(each);
  }

  /** Puts all objects back as they were. */
  restore(objects: Readonly<Record<string, KubeObject>>): void {
    this.#objects.clear();
    for (const [path, object] of Object.entries(objects)) this.#objects.set(path, object);
    this.#save();
  }

  all(): Record<string, KubeObject> {
    return structuredClone(Object.fromEntries(this.#objects));
  }

  #store(path: string, next: KubeObject, live: KubeObject | undefined): KubeObject {
    const { metadata } = next;
    metadata.uid = live?.metadata.uid ?? metadata.uid ?? randomUUID();
    metadata.creationTimestamp =
      live?.metadata.creationTimestamp ??
      metadata.creationTimestamp ??
      new Date().toISOString().replace(/\.\d+/, "");
    if (live !== undefined && bare(live) === bare(next)) return live;
    metadata.resourceVersion = String(++this.#version);
    this.#objects.set(path, next);
    this.#save();
    this.changed(path);
    return next;
  }

  #save(): void {
    writeFileSync(`${this.file}.new`, JSON.stringify(Object.fromEntries(this.#objects), null, 1));
    renameSync(`${this.file}.new`, this.file);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
    const { pathname, searchParams: query } = new URL(request.url ?? "/", "http://x");
    const method = request.method ?? "GET";
    if (pathname === "/version") {
      send(response, 200, { major: "1", minor: "34", gitVersion: "v1.34.0" });
      return;
    }
    if (this.refused?.test(pathname)) throw new Refusal(403, "Forbidden", "not allowed");
    const groupOnly = /^\/(api\/v1|apis\/[^/]+\/[^/]+)$/.exec(pathname)?.[1];
    if (groupOnly !== undefined) {
      send(response, 200, {
        kind: "APIResourceList",
        groupVersion: groupOnly.replace(/^apis?\//, ""),
        resources: resources
          .filter(({ group }) => group === groupOnly)
          .map(({ kind, plural, namespaced }) => ({ name: plural, kind, namespaced, verbs: [] })),
      });
      return;
    }
    const found =
      /^\/(api\/v1|apis\/[^/]+\/[^/]+)(?:\/namespaces\/([^/]+))?\/([a-z]+)(?:\/([^/]+))?(?:\/([a-z]+))?$/.exec(
        pathname,
      );
    const [, group = "", namespace, plural = "", name, part] = found ?? [];
    const resource = resources.find((each) => each.group === group && each.plural === plural);
    if (resource === undefined)
      throw new Refusal(404, "NotFound", "the server could not find the requested resource");
    if (part === "log") {
      return response.end(this.log(namespace ?? "", name ?? ""));
    }
    if (name === undefined && method === "GET") {
      send(response, 200, {
        kind: `${resource.kind}List`,
        apiVersion: resource.group.replace(/^apis?\//, ""),
        metadata: {},
        items: this.#list(resource.group, resource.plural, namespace, query),
      });
      return;
    }
    const body = method === "GET" ? "" : await text(request);
    const given = (body === "" ? {} : parse(body)) as Partial<KubeObject>;
    const path = name === undefined ? `${pathname}/${given.metadata?.name ?? ""}` : pathname;
    const live = this.#objects.get(path);
    const missing = () => new Refusal(404, "NotFound", `${plural} "${name ?? ""}" not found`);
    if (method === "GET") {
      if (live === undefined) throw missing();
      send(response, 200, live);
      return;
    }
    const label = `${resource.kind} ${namespace === undefined ? "" : `${namespace}/`}${name ?? given.metadata?.name ?? ""}`;
    const dry = query.get("dryRun") === "All";
    if (method === "DELETE") {
      if (live === undefined) throw missing();
      const { uid } = (given["preconditions"] ?? {}) as { uid?: string };
      if (uid !== undefined && uid !== live.metadata.uid)
        throw new Refusal(409, "Conflict", "the UID in the precondition does not match");
      if (!dry) {
        this.asked.push(`delete ${label}`);
        this.remove(path);
      }
      send(response, 200, { kind: "Status", status: "Success" });
      return;
    }
    if (resource.namespaced && !this.#objects.has(`/api/v1/namespaces/${namespace ?? ""}`))
      throw new Refusal(404, "NotFound", `namespaces "${namespace ?? ""}" not found`);
    const manager = query.get("fieldManager") ?? "unknown";
    const type = request.headers["content-type"] ?? "";
    const wanted = {
      ...given,
      apiVersion: resource.group.replace(/^apis?\//, ""),
      kind: resource.kind,
      metadata: {
        ...given.metadata,
        name: name ?? given.metadata?.name ?? "",
        ...(namespace === undefined ? {} : { namespace }),
      },
    } as KubeObject;
    const next = this.#next(method, type, live, wanted, {
      manager,
      force: query.get("force") === "true",
      given,
    });
    refuseImmutable(live, next);
    if (dry) {
      send(response, 200, next);
      return;
    }
    const before = live?.metadata.resourceVersion;
    const stored = this.#store(path, next, live);
    if (stored.metadata.resourceVersion !== before)
      this.asked.push(
        `${method === "PATCH" && type.includes("apply") ? "apply" : method.toLowerCase()} ${label}`,
      );
    return send(response, live === undefined ? 201 : 200, this.#objects.get(path) ?? stored);
  }

  #next(
    method: string,
    type: string,
    live: KubeObject | undefined,
    wanted: KubeObject,
    { manager, force, given }: { manager: string; force: boolean; given: unknown },
  ): KubeObject {
    if (method === "PATCH" && type.includes("apply")) {
      try {
        return applied(live, wanted, manager, force);
      } catch (error) {
        if (error instanceof FieldConflict) throw new Refusal(409, "Conflict", error.message);
        throw error;
      }
    }
    if (method === "POST" && live !== undefined)
      throw new Refusal(
        409,
        "AlreadyExists",
        `${wanted.kind} "${wanted.metadata.name}" already exists`,
      );
    if (method !== "PATCH") return updated(live, wanted, manager);
    if (live === undefined) throw new Refusal(404, "NotFound", `${wanted.metadata.name} not found`);
    if (type.includes("json-patch"))
      throw new Refusal(415, "UnsupportedMediaType", "no JSON patches here");
    return updated(live, merged(live, given) as KubeObject, manager);
  }

  #list(group: string, plural: string, namespace: string | undefined, query: URLSearchParams) {
    const labels = (query.get("labelSelector") ?? "").split(",").filter((each) => each !== "");
    return [...this.#objects].flatMap(([path, object]) => {
      const [, ofGroup, ofNamespace, ofPlural] =
        /^\/(api\/v1|apis\/[^/]+\/[^/]+)(?:\/namespaces\/([^/]+))?\/([a-z]+)\/[^/]+$/.exec(path) ??
        [];
      if (ofGroup !== group || ofPlural !== plural) return [];
      if (namespace !== undefined && ofNamespace !== namespace) return [];
      const fits = labels.every((each) => {
        const [key = "", value] = each.split(/==?/);
        const has = object.metadata.labels?.[key];
        return value === undefined ? has !== undefined : has === value;
      });
      return fits ? [object] : [];
    });
  }
}

function send(response: ServerResponse, status: number, body: unknown): true {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
  return true;
}
