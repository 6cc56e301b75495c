import { RegistryClient } from "../../src/registry/client";
import { useOwnCache } from "./ownCache";
import { startDistribution, startZot, type RunningRegistry } from "./registry";
import { skipWithout } from "./skip";

/** What a suite works with: filled in before its first test. */
export interface RegistryFixture {
  readonly registry: RunningRegistry;
  /** A client with all rights: the account `admin`, whose password is `secret`. */
  readonly client: RegistryClient;
  /** The requests that changed something while `work` ran, as `PUT /v2/…`. */
  written: (work: () => Promise<unknown>) => Promise<string[]>;
  digestOf: (repository: string, tag: string) => Promise<string | undefined>;
}

const writes = new Set(["POST", "PUT", "PATCH", "DELETE"]);

/** Describes `title` once for each real registry, with one that was started for the suite. */
export function describeEachRegistry(
  title: string,
  body: (fixture: RegistryFixture) => void,
): void {
  for (const [kind, tool, start] of [
    ["distribution", "docker-registry", startDistribution],
    ["zot", "zot", startZot],
  ] as const) {
    describe(`${title}, to ${kind}`, function () {
      this.timeout(120_000);
      const fixture = new StartedFixture();
      useOwnCache();
      before(async function () {
        skipWithout("skopeo", this);
        skipWithout(tool, this);
        fixture.open(await start({ users: { admin: "secret" } }));
      });
      after(() => fixture.close());
      body(fixture);
    });
  }
}

class StartedFixture implements RegistryFixture {
  #registry: RunningRegistry | undefined;
  #client: RegistryClient | undefined;

  get registry(): RunningRegistry {
    if (this.#registry === undefined) throw new Error("the suite has not begun");
    return this.#registry;
  }

  get client(): RegistryClient {
    const credentials = { username: "admin", password: "secret" };
    return (this.#client ??= new RegistryClient({ url: this.registry.url, credentials }));
  }

  readonly written = async (work: () => Promise<unknown>): Promise<string[]> => {
    await this.registry.quiet();
    const before = this.registry.requests().length;
    await work();
    await this.registry.quiet();
    return this.registry
      .requests()
      .slice(before)
      .filter(({ method }) => writes.has(method))
      .map(({ method, path }) => `${method} ${path}`);
  };

  readonly digestOf = async (repository: string, tag: string) =>
    (await this.client.headManifest(repository, tag))?.digest;

  open(registry: RunningRegistry): void {
    this.#registry = registry;
  }

  async close(): Promise<void> {
    await this.#client?.close();
    await this.#registry?.stop();
  }
}
