import { hashSync } from "bcryptjs";

/** What the stack file asks for, as the histories change it. */
export interface Wish {
  cluster: string;
  domain: string;
  gateways: string[];
  rotation: number;
  keepPrevious: boolean;
  /** The long form of the rotation: which generations stay. Absent: the bare number. */
  keep?: number[];
  /** Absent: generated. */
  password?: { text: string; asLine: boolean };
  /** How many were given so far. */
  passwords: number;
  namespaces: string[];
  /** What the archive of each seed holds, by repository. */
  seeds: Record<string, { tag: string; content: number }>;
  keys: Record<string, { account: "ci" | "puller"; to: "kubernetes" | "forgejo"; renewal: number }>;
  chart: string;
  zot: string;
  adopt: boolean;
  /** A change that an error named, for one deployment. */
  named: Record<string, unknown>;
}

export const firstWish: Wish = {
  cluster: "ottawa",
  domain: "ottawa.test",
  gateways: ["private"],
  rotation: 1,
  keepPrevious: true,
  passwords: 0,
  namespaces: ["apps", "batch"],
  seeds: { "team/app": { tag: "v1", content: 1 }, "team/job": { tag: "v1", content: 1 } },
  keys: { builds: { account: "ci", to: "kubernetes", renewal: 1 } },
  chart: "0.1.122",
  zot: "2.1.18",
  adopt: false,
  named: {},
};

/** A change of the stack file; undefined where there is nothing to change so. */
type Edit = (wish: Wish) => Wish | undefined;

const without = <T extends object>(all: T, name: string): T =>
  Object.fromEntries(Object.entries(all).filter(([key]) => key !== name)) as T;
const next = (number: number) => number + 1;

/** A password that was never one before. */
const another = (wish: Wish, asLine: boolean): Wish => ({
  ...wish,
  passwords: next(wish.passwords),
  password: { text: `given-${wish.passwords}-canary`, asLine },
});

/** What people do to a stack file, by name. */
export const edits = {
  nothing: (wish) => wish,
  rotate: ({ keep: _, ...wish }) => ({
    ...wish,
    rotation: next(wish.rotation),
    keepPrevious: true,
  }),
  retire: ({ keep, ...wish }) =>
    wish.keepPrevious || keep !== undefined ? { ...wish, keepPrevious: false } : undefined,
  "password given": (wish) => (wish.password === undefined ? another(wish, false) : undefined),
  "password changed": (wish) => (wish.password === undefined ? undefined : another(wish, false)),
  "password as a line": (wish) => another(wish, true),
  "password taken back": ({ password, ...wish }) => (password === undefined ? undefined : wish),
  "cluster renamed": (wish) => ({
    ...wish,
    cluster: wish.cluster === "ottawa" ? "lisbon" : "ottawa",
  }),
  "domain changed": (wish) => ({
    ...wish,
    domain: wish.domain === "ottawa.test" ? "lima.test" : "ottawa.test",
  }),
  "namespace comes": (wish) =>
    wish.namespaces.length > 2
      ? undefined
      : { ...wish, namespaces: [...new Set(["apps", ...wish.namespaces, "extra"])] },
  "namespace goes": (wish) =>
    wish.namespaces.length < 2 ? undefined : { ...wish, namespaces: wish.namespaces.slice(0, -1) },
  "gateways changed": (wish) => ({
    ...wish,
    gateways: wish.gateways.length > 1 ? [] : [...wish.gateways, `gate-${wish.gateways.length}`],
  }),
  "chart changed": (wish) => ({ ...wish, chart: wish.chart === "0.1.122" ? "0.1.101" : "0.1.122" }),
  "Zot changed": (wish) => ({ ...wish, zot: wish.zot === "2.1.18" ? "2.1.17" : "2.1.18" }),
  "seed comes": (wish) =>
    wish.seeds["team/new"] === undefined
      ? { ...wish, seeds: { ...wish.seeds, "team/new": { tag: "v1", content: 1 } } }
      : undefined,
  "seed goes": (wish) =>
    wish.seeds["team/new"] === undefined
      ? undefined
      : { ...wish, seeds: without(wish.seeds, "team/new") },
  "image rebuilt": ({ seeds, ...wish }) => {
    const { tag = "v1", content = 0 } = seeds["team/app"] ?? {};
    return { ...wish, seeds: { ...seeds, "team/app": { tag, content: next(content) } } };
  },
  "tag changed": ({ seeds, ...wish }) => {
    const { tag = "v1", content = 1 } = seeds["team/job"] ?? {};
    return {
      ...wish,
      seeds: { ...seeds, "team/job": { tag: `v${next(Number(tag.slice(1)))}`, content } },
    };
  },
  "key comes": (wish) =>
    wish.keys["nodes"] === undefined
      ? { ...wish, keys: { ...wish.keys, nodes: { account: "puller", to: "forgejo", renewal: 1 } } }
      : undefined,
  "key goes": (wish) =>
    wish.keys["nodes"] === undefined ? undefined : { ...wish, keys: without(wish.keys, "nodes") },
  "key renewed": ({ keys, ...wish }) => {
    const builds = keys["builds"] ?? { account: "ci", to: "kubernetes", renewal: 0 };
    return { ...wish, keys: { ...keys, builds: { ...builds, renewal: next(builds.renewal) } } };
  },
  "key's target changed": ({ keys, ...wish }) => {
    const builds = keys["builds"] ?? { account: "ci", to: "forgejo", renewal: 1 };
    return {
      ...wish,
      keys: {
        ...keys,
        builds: { ...builds, to: builds.to === "forgejo" ? "kubernetes" : "forgejo" },
      },
    };
  },
  "adopt on": (wish) => (wish.adopt ? undefined : { ...wish, adopt: true }),
  "adopt off": (wish) => (wish.adopt ? { ...wish, adopt: false } : undefined),
} as const satisfies Record<string, Edit>;

export type EditName = keyof typeof edits;
export const editNames = Object.keys(edits) as EditName[];

/** The wish after an edit; undefined where it changes nothing. */
export const edited = (wish: Wish, name: EditName): Wish | undefined => edits[name](wish);

/** What surrounds a stack, and does not change. */
export interface Surroundings {
  context: string;
  url: string;
  /** The name that a namespace has there. */
  namespaceOf: (name: string) => string;
  /** `chart` of the stack file. */
  chart: (version: string) => Record<string, unknown>;
  forge: string;
  /** The path of an archive in the project. */
  archiveOf: (repository: string, content: number) => string;
}

/** Names of a forge's secrets hold the cluster's name, the first that it had in this life: another stack's may lie beside them. */
export const forgeNames = (key: string) => ({
  usernameSecret: `ZOT_OTTAWA_LISBON_${key.toUpperCase()}_USERNAME`,
  keySecret: `ZOT_OTTAWA_LISBON_${key.toUpperCase()}_API_KEY`,
});

const hashes = new Map<string, string>();

/** An htpasswd line; the same for the same password, or every run would rotate. */
function lineOf(text: string): string {
  const known = hashes.get(text) ?? hashSync(text, 4);
  hashes.set(text, known);
  return `admin:${known}`;
}

/** The values of the stack file. */
export function stackConfig(
  wish: Wish,
  { context, url, namespaceOf, chart: chartOf, forge, archiveOf }: Surroundings,
): Record<string, unknown> {
  const { cluster, domain, gateways, password, namespaces, seeds, keys, chart, zot, adopt, named } =
    wish;
  return {
    cluster: { name: cluster, context, domain, gateways },
    endpoint: { via: "address", url },
    rotation: wish.keep === undefined ? wish.rotation : { current: wish.rotation, keep: wish.keep },
    ...(wish.keepPrevious || wish.keep !== undefined ? {} : { keepPrevious: false }),
    ...(password === undefined
      ? {}
      : { adminPassword: password.asLine ? lineOf(password.text) : password.text }),
    pullSecrets: namespaces.map((name, index) => ({
      namespace: namespaceOf(name),
      attach: index === 0,
    })),
    seeds: Object.entries(seeds).map(([image, { tag, content }]) => ({
      image,
      tags: [tag, "latest"],
      archives: { "linux/amd64": archiveOf(image, content) },
    })),
    apiKeys: Object.entries(keys).map(([name, { account, to, renewal }]) => ({
      name,
      account,
      renewal,
      deliver: [
        to === "kubernetes"
          ? { to, namespace: namespaceOf("keys"), name: `zot-${name}` }
          : { to, url: forge, repository: "team/app", ...forgeNames(name) },
      ],
    })),
    ...(Object.values(keys).some(({ to }) => to === "forgejo")
      ? { deliveryTokens: { [new URL(forge).host]: "token-canary" } }
      : {}),
    chart: chartOf(chart),
    zot: { version: zot },
    registry: { namespace: namespaceOf("zot"), adopt },
    ...named,
  };
}
