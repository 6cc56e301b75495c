/** An object of the Kubernetes API, as far as the stand-in looks at it. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    uid?: string;
    resourceVersion?: string;
    creationTimestamp?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    managedFields?: ManagedFields[];
  };
  [key: string]: unknown;
}

interface ManagedFields {
  manager: string;
  operation: "Apply" | "Update";
  apiVersion: string;
  time: string;
  fieldsType: "FieldsV1";
  fieldsV1: Fields;
}

interface Fields {
  [key: string]: Fields;
}

type Path = readonly string[];
type Plain = Record<string, unknown>;

export const isPlain = (value: unknown): value is Plain =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Lists whose items are owned one by one, by their name; every other list is one value. */
const keyedLists = new Set(["imagePullSecrets"]);

/** What the API server writes, or what names the object: nobody owns it. */
const unowned =
  /^(apiVersion|kind|status|metadata\/(name|namespace|uid|resourceVersion|creationTimestamp|generation|managedFields))(\/|$)/;

/** Every value that somebody can own, with the way to it. */
function leaves(value: unknown, at: Path = []): [Path, unknown][] {
  if (at.length > 0 && unowned.test(at.join("/"))) return [];
  if (Array.isArray(value) && keyedLists.has(at.at(-1) ?? ""))
    return value.map((item: Plain) => [
      [...at, `k:${JSON.stringify({ name: item["name"] })}`],
      item,
    ]);
  if (!isPlain(value)) return [[at, value]];
  return Object.entries(value).flatMap(([key, each]) => leaves(each, [...at, key]));
}

const textOf = (path: Path) => path.join("\0");
const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

/** Fields that others own with another value: the API server's 409. */
export class FieldConflict extends Error {}

/**
 * The object after a server-side apply (kubernetes.io, "Server-Side Apply"): what the manager named is set and its own, what it
 * named before and names no more goes unless somebody else owns it, too.
 *
 * @throws FieldConflict unless `force`
 */
export function applied(
  live: KubeObject | undefined,
  wanted: KubeObject,
  manager: string,
  force: boolean,
): KubeObject {
  const next = structuredClone(live ?? { ...wanted, metadata: { ...wanted.metadata } });
  const owners = ownersOf(live);
  const before = owners.get(`Apply ${manager}`) ?? new Set<string>();
  const now = leaves(wanted);
  const had = new Map(leaves(live ?? {}).map(([path, value]) => [textOf(path), value]));
  const others = [...owners].filter(([name]) => name !== `Apply ${manager}`);
  const conflicts = now.flatMap(([path, value]) => {
    const key = textOf(path);
    if (!had.has(key) || same(had.get(key), value)) return [];
    return others.filter(([, paths]) => paths.has(key)).map(([name]) => ({ name, path }));
  });
  if (conflicts.length > 0 && !force)
    throw new FieldConflict(
      `Apply failed with ${conflicts.length} conflict${conflicts.length > 1 ? "s" : ""}: ` +
        conflicts
          .map(({ name, path }) => `conflict with "${name.slice(6).trim()}": .${path.join(".")}`)
          .join(", "),
    );
  for (const { name, path } of conflicts) owners.get(name)?.delete(textOf(path));
  const kept = new Set(now.map(([path]) => textOf(path)));
  for (const gone of before)
    if (!kept.has(gone) && !others.some(([, paths]) => paths.has(gone)))
      put(next, gone.split("\0"), undefined);
  for (const [path, value] of now) put(next, path, value);
  owners.set(`Apply ${manager}`, kept);
  return withOwners(next, owners);
}

/** The object after a create, a replace or a merge patch: who changed a field owns it. */
export function updated(
  live: KubeObject | undefined,
  next: KubeObject,
  manager: string,
): KubeObject {
  const owners = ownersOf(live);
  const had = new Map(leaves(live ?? {}).map(([path, value]) => [textOf(path), value]));
  const now = new Map(leaves(next).map(([path, value]) => [textOf(path), value]));
  const mine = owners.get(`Update ${manager}`) ?? new Set<string>();
  for (const [key, value] of now)
    if (!had.has(key) || !same(had.get(key), value)) {
      for (const paths of owners.values()) paths.delete(key);
      mine.add(key);
    }
  owners.set(`Update ${manager}`, mine);
  for (const paths of owners.values())
    for (const key of paths) if (!now.has(key)) paths.delete(key);
  return withOwners(structuredClone(next), owners);
}

function ownersOf(live: KubeObject | undefined): Map<string, Set<string>> {
  const entries = live?.metadata.managedFields ?? [];
  return new Map(
    entries.map(({ manager, operation, fieldsV1 }) => [
      `${operation} ${manager}`,
      new Set(pathsIn(fieldsV1).map(textOf)),
    ]),
  );
}

function withOwners(object: KubeObject, owners: Map<string, Set<string>>): KubeObject {
  object.metadata.managedFields = [...owners].flatMap(([name, paths]) => {
    if (paths.size === 0) return [];
    const fieldsV1: Fields = {};
    for (const path of paths) {
      let at = fieldsV1;
      for (const part of path.split("\0"))
        at = at[part.startsWith("k:") ? part : `f:${part}`] ??= {};
    }
    const [operation, manager] = [
      name.slice(0, name.indexOf(" ")),
      name.slice(name.indexOf(" ") + 1),
    ];
    return [
      {
        manager,
        operation: operation === "Apply" ? "Apply" : "Update",
        apiVersion: object.apiVersion,
        time: new Date().toISOString(),
        fieldsType: "FieldsV1",
        fieldsV1,
      },
    ];
  });
  return object;
}

function pathsIn(fields: Fields, at: Path = []): Path[] {
  const entries = Object.entries(fields);
  if (entries.length === 0) return [at];
  return entries.flatMap(([key, below]) =>
    pathsIn(below, [...at, key.startsWith("f:") ? key.slice(2) : key]),
  );
}

/** Sets a value, or takes it away where it is undefined, with the maps that it leaves empty. */
function put(object: Plain, path: Path, value: unknown): void {
  const [key = "", ...rest] = path;
  if (rest[0]?.startsWith("k:") === true) {
    const { name } = JSON.parse(rest[0].slice(2)) as { name: string };
    const items = ((object[key] ?? []) as Plain[]).filter((item) => item["name"] !== name);
    object[key] = value === undefined ? items : [...items, value];
  } else if (rest.length === 0) {
    if (value === undefined) Reflect.deleteProperty(object, key);
    else object[key] = structuredClone(value);
  } else {
    if (!isPlain(object[key])) object[key] = {};
    const below = object[key] as Plain;
    put(below, rest, value);
    if (value === undefined && Object.keys(below).length === 0) Reflect.deleteProperty(object, key);
  }
}
