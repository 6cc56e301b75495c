import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runtime } from "@pulumi/pulumi";
import { deployToCluster, type DeploymentOutputs } from "../../src/components/clusterDeployment";
import type { FoundRelease } from "../../src/components/findRelease";
import type { PreviousDeployment } from "../../src/components/previousDeployment";
import { imagesToDeploy } from "../../src/components/imagesToDeploy";
import { readStackConfig } from "../../src/config/readStackConfig";
import type { StackConfig } from "../../src/config/stack";
import type { SeedLock } from "../../src/seeding/lock";
import { noReleases, type ReleaseLock } from "../../src/seeding/releases";
import { readSigningKey, type SigningKey } from "../../src/seeding/signingKey";
import { readYaml } from "./yaml";

/** A resource as it was declared. */
export interface Declared {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
  /** The id of what is there already, where it was named. */
  imported?: string;
  /** The name of the state: the types of its parents, its own, and its name. */
  urn: string;
  /** Inputs whose changes the engine leaves out. */
  ignoreChanges: string[];
  /** What the engine finishes first: its dependencies and its parent, by URN. */
  waitsFor: string[];
}

/** What the SDK asks of the engine for a resource, as far as it matters here. */
interface Registration {
  getName: () => string;
  getType: () => string;
  getIgnorechangesList: () => string[];
  getDependenciesList: () => string[];
  getParent: () => string;
}

/** The stack files in the repository, by name: what it ships to be used, and its examples. */
export const stackFiles: ReadonlyMap<string, string> = new Map(
  ["stacks", "examples"].flatMap((folder) => {
    const path = join(__dirname, "../..", folder);
    return readdirSync(path).flatMap((file) => {
      const name = /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1];
      return name === undefined ? [] : [[name, join(path, file)] as const];
    });
  }),
);

/** The configuration of a stack file in the repository. */
export function stackOf(name: string): StackConfig {
  const text = readFileSync(stackFiles.get(name) ?? name, "utf8");
  const { config } = readYaml(text) as { config: Record<string, unknown> };
  return readStackConfig(
    Object.fromEntries(
      Object.entries(config).map(([key, value]) => [
        key,
        isEncrypted(value)
          ? `decrypted ${key}`
          : typeof value === "string"
            ? value
            : JSON.stringify(value),
      ]),
    ),
  );
}

const isEncrypted = (value: unknown) =>
  typeof value === "object" && value !== null && "secure" in value;

/** A lock that knows every seed of a stack. */
function lockOf({ seeds }: StackConfig): SeedLock {
  const digest = `sha256:${"a".repeat(64)}`;
  const archives = seeds.map(({ image, tags, archives: paths }) => [
    image,
    Object.fromEntries(
      Object.entries(paths ?? {}).map(([platform, path]) => [
        path,
        { platform, tags, imageId: digest, config: digest },
      ]),
    ),
  ]);
  return { version: 1, seeds: Object.fromEntries(archives) as SeedLock["seeds"] };
}

const hash = "$2b$10$abcdefghijklmnopqrstuuF8PVCWuYGSGDVm2VbkqSFCPWvRcYDPq";

/**
 * Declares a whole deployment under mocks: nothing is made, and a preview leaves what is computed unknown.
 *
 * @param held what the state holds of a resource besides
 */
export async function declare(
  config: StackConfig,
  preview: boolean,
  {
    held = () => ({}),
    previous,
    found,
    releases = noReleases,
    signingKey = (path) => readSigningKey(join(__dirname, "../.."), path),
  }: {
    held?: (type: string, inputs: Record<string, unknown>) => object;
    previous?: PreviousDeployment;
    found?: FoundRelease | undefined;
    releases?: ReleaseLock;
    signingKey?: (path: string) => SigningKey;
  } = {},
): Promise<{ resources: Declared[]; outputs: DeploymentOutputs }> {
  const { resources, result } = await declared(
    config.cluster.name,
    preview,
    () =>
      deployToCluster(
        config,
        imagesToDeploy(config.seeds, { archives: lockOf(config), releases, signingKey }, config),
        previous,
        found,
      ),
    held,
  );
  return { resources, outputs: result };
}

/** What `program` declares under mocks, in a stack that holds nothing. */
export async function declared<Result>(
  stack: string,
  preview: boolean,
  program: () => Result | Promise<Result>,
  held: (type: string, inputs: Record<string, unknown>) => object = () => ({}),
): Promise<{ resources: Declared[]; result: Result }> {
  const made: Omit<Declared, "urn" | "ignoreChanges" | "waitsFor">[] = [];
  await runtime.setMocks(
    {
      newResource: ({ type, name, id, ...rest }) => {
        const inputs = (rest as { inputs: Record<string, unknown> }).inputs;
        made.push({ type, name, inputs, ...(id ? { imported: id } : {}) });
        return {
          id: id ?? `${name}-id`,
          state: { ...inputs, ...computed(type, inputs, preview), ...held(type, inputs) },
        };
      },
      call: () => ({ outputs: {} }),
    },
    "zot-fleet",
    stack,
    preview,
    "organization",
  );
  const registrations = watched();
  const result = await program();
  await settled();
  const resources = made.map((each) => {
    const same = registrations.find(({ type, name }) => type === each.type && name === each.name);
    const { urn = "", ignoreChanges = [], waitsFor = [] } = same ?? {};
    return { ...each, urn, ignoreChanges, waitsFor };
  });
  return { resources, result };
}

/** What the engine is told beside the inputs: mocks are not told. */
function watched(): Omit<Declared, "inputs">[] {
  const seen: Omit<Declared, "inputs">[] = [];
  type Answer = (error: unknown, response?: { getUrn: () => string }) => void;
  const monitor = runtime.getMonitor() as unknown as {
    registerResource: (request: Registration, answer: Answer) => void;
  };
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, answer) => {
    register(request, (error, response) => {
      const [type, name] = [request.getType(), request.getName()];
      seen.push({
        type,
        name,
        urn: response?.getUrn() ?? "",
        ignoreChanges: request.getIgnorechangesList(),
        waitsFor: [...request.getDependenciesList(), request.getParent()].filter(
          (each) => each !== "",
        ),
      });
      answer(error, response);
    });
  };
  return seen;
}

/** What was declared, without the marks of its secrets: a secret input arrives as its value beside a signature. */
export function revealed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(revealed);
  if (typeof value !== "object" || value === null) return value;
  if ("4dabf18193072939515e22adb298388d" in value && "value" in value) return revealed(value.value);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, revealed(each)]));
}

/** Registrations follow one another through promises; nothing tells that the last one is done. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
    await runtime.disconnect();
  }
}

function computed(type: string, inputs: object, preview: boolean): object {
  if (type === "kubernetes:core/v1:Namespace")
    return {
      metadata: { uid: "uid-1", ...("metadata" in inputs ? (inputs.metadata as object) : {}) },
    };
  if (type.endsWith(":RegistryPlace")) return { own: true };
  if (type.endsWith(":SessionKeys") && !preview)
    return { hashKey: "h".repeat(64), encryptKey: "e".repeat(32) };
  // Its check fills it in, in previews as well, and mocks check nothing.
  if (type.endsWith(":ReleaseRepair")) return { repair: "" };
  if (!type.endsWith(":Account") || preview) return {};
  const { username = "", password } = inputs as { username?: string; password?: string };
  return { plainPassword: password ?? `password-of-${username}`, entry: `${username}:${hash}` };
}
