import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { parse } from "yaml";
import type { KubeObject } from "./fields";
import { pathOf } from "./kinds";

interface Kubeconfig {
  contexts: { name: string; context: { cluster: string } }[];
  clusters: { name: string; cluster: { server: string } }[];
}

/** The address of the API server behind a context, as Pulumi's provider finds it. */
export function serverOf(context: string): string {
  const config = parse(readFileSync(process.env["KUBECONFIG"] ?? "", "utf8")) as Kubeconfig;
  const named = config.contexts.find(({ name }) => name === context);
  const cluster = config.clusters.find(({ name }) => name === named?.context.cluster);
  if (cluster === undefined) throw new Error(`context "${context}" does not exist`);
  return cluster.cluster.server;
}

/** What tests, and the provider's stand-in, ask of an API server that wants no credentials: the stand-in, or `kubectl proxy`. */
export class ApiClient {
  /** @param url without a slash at its end */
  constructor(readonly url: string) {}

  async get(path: string): Promise<KubeObject | undefined> {
    return this.#ask("GET", path);
  }

  async list(path: string): Promise<KubeObject[]> {
    const found = (await this.#ask("GET", path)) as unknown as { items: KubeObject[] } | undefined;
    return found?.items ?? [];
  }

  async apply(
    object: KubeObject,
    manager: string,
    force: boolean,
    dry = false,
  ): Promise<KubeObject> {
    const query = `fieldManager=${manager}&force=${force}${dry ? "&dryRun=All" : ""}`;
    const done = await this.#ask(
      "PATCH",
      `${pathOf(object)}?${query}`,
      object,
      "application/apply-patch+yaml",
    );
    if (done === undefined)
      throw new Error(`namespaces "${object.metadata.namespace ?? ""}" not found`);
    return done;
  }

  /** Changes what a JSON merge patch names. */
  async patch(path: string, change: object): Promise<void> {
    await this.#ask("PATCH", path, change, "application/merge-patch+json");
  }

  /** Ends when the object is gone. */
  async remove(path: string): Promise<void> {
    await this.#ask("DELETE", path);
    while ((await this.get(path)) !== undefined) await sleep(250);
  }

  async #ask(method: string, path: string, body?: object, type = "application/json") {
    const answer = await fetch(this.url + path, {
      method,
      headers: { "content-type": type },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (answer.status === 404) return undefined;
    const told = (await answer.json()) as KubeObject & { message?: string };
    if (!answer.ok) throw new Error(told.message ?? `the API server answers ${answer.status}`);
    return told;
  }
}
