import { RegistryClient } from "../../src/registry/client";
import { accounts, registries, users } from "../checks/registries";
import { FleetProject, type DeployedStack } from "./fleetProject";
import { pushImage, type PushedImage } from "./push";
import type { RunningRegistry } from "./registry";

const day = 24 * 60 * 60 * 1000;

/** RFC 3339, so many days from now. */
export const inDays = (days: number) => new Date(Date.now() + days * day).toISOString();

/** The image that every stack seeds, and its archive in the stack files. */
export const repository = "team/app";
const archive = "images/app.tar";
export const version = "2.1.18";

export type Tool = "zot" | "docker-registry";

interface Member {
  registry: RunningRegistry;
  pushed: PushedImage;
}

/** A registry process for each stack, one image in each, and a project with their stack files, lock and states. */
export class RunningFleet {
  readonly project: FleetProject;
  readonly #tool: Tool;
  readonly #members = new Map<string, Member>();

  constructor(tool: Tool, folder: string) {
    this.#tool = tool;
    this.project = new FleetProject(folder);
  }

  /** Starts a registry, seeds `content` and writes the stack's file and state. The first one's image is what is locked. */
  async add(stack: string, content: string): Promise<void> {
    const start = registries.find((each) => each.tool === this.#tool)?.start;
    if (start === undefined) throw new Error(`nothing starts ${this.#tool}`);
    const registry = await start();
    const pushed = await withAdmin(registry, async (client) => {
      await pushImage(client, repository, "latest", content);
      return pushImage(client, repository, "v1", content);
    });
    this.#members.set(stack, { registry, pushed });
    this.project.state(stack, this.deployed(stack));
    this.project.file(stack, {
      cluster: { name: stack, context: stack, domain: `${stack}.test` },
      zot: { version },
      rotation: 2,
      seeds: [{ image: repository, tags: ["v1", "latest"], archives: { "linux/amd64": archive } }],
    });
    if (this.#members.size > 1) return;
    const { config } = pushed;
    const entry = { platform: "linux/amd64", tags: ["latest", "v1"], imageId: config, config };
    this.project.lock({ version: 1, seeds: { [repository]: { [archive]: entry } } });
  }

  of(stack: string): Member {
    const member = this.#members.get(stack);
    if (member === undefined) throw new Error(`there is no ${stack}`);
    return member;
  }

  /** Works with a client that may do everything. */
  asAdmin<T>(stack: string, work: (client: RegistryClient) => Promise<T>): Promise<T> {
    return withAdmin(this.of(stack).registry, work);
  }

  /** What a deployment of the stack left; `more` is otherwise. */
  deployed(stack: string, more: Partial<DeployedStack> = {}): DeployedStack {
    const { registry, pushed } = this.of(stack);
    const { digest, config } = pushed;
    const image = { repository, tags: ["v1", "latest"], digest, platforms: ["linux/amd64"] };
    return {
      asked: {
        endpoint: { via: "address", url: registry.url },
        accounts,
        images: [image],
        registry: { kind: registry.kind, version },
      },
      since: inDays(-50.5),
      rotation: { begun: 2, handedOut: 2 },
      configs: { [repository]: config },
      ...more,
    };
  }

  async stop(): Promise<void> {
    for (const { registry } of this.#members.values()) await registry.stop();
  }
}

async function withAdmin<T>(
  { url }: RunningRegistry,
  work: (client: RegistryClient) => Promise<T>,
): Promise<T> {
  const credentials = { username: "ada", password: users.ada };
  const client = new RegistryClient({ url, credentials });
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}
