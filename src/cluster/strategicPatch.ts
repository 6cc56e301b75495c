import { isDeepStrictEqual } from "node:util";

type Json = unknown;
type JsonObject = Record<string, Json>;

/**
 * What tells the items of a list apart, by the list's field (kubernetes/api, `patchMergeKey`). A list that is not here is one
 * value, which is set as a whole.
 */
const mergeKeys: Readonly<Record<string, readonly string[]>> = {
  containers: ["name"],
  initContainers: ["name"],
  volumes: ["name"],
  env: ["name"],
  imagePullSecrets: ["name"],
  hostAliases: ["ip"],
  volumeMounts: ["mountPath"],
  topologySpreadConstraints: ["topologyKey"],
  // Of a container, of a Service.
  ports: ["containerPort", "port"],
};

/**
 * The strategic merge patch that makes what `from` says into what `to` says, on an object that may hold some of either: fields
 * and items that `to` lacks go, those that differ get its values. Undefined where there is nothing to do. It says nothing of
 * what neither holds.
 */
export function strategicPatch(from: Json, to: Json): JsonObject | undefined {
  const patch = isObject(from) && isObject(to) ? objectPatch(from, to) : {};
  return Object.keys(patch).length === 0 ? undefined : patch;
}

function objectPatch(from: JsonObject, to: JsonObject): JsonObject {
  const patch: JsonObject = {};
  for (const key of new Set([...Object.keys(from), ...Object.keys(to)])) {
    const [before, after] = [from[key], to[key]];
    if (isDeepStrictEqual(before, after)) continue;
    if (after === undefined || after === null) patch[key] = null;
    else if (isObject(before) && isObject(after)) patch[key] = objectPatch(before, after);
    else patch[key] = listPatch(key, before, after) ?? after;
  }
  return patch;
}

/** The patch of a list whose items have names; undefined where they have none. */
function listPatch(field: string, before: Json, after: Json): Json[] | undefined {
  if (!Array.isArray(before) || !Array.isArray(after)) return undefined;
  const items = [...(before as Json[]), ...(after as Json[])];
  const key = mergeKeys[field]?.find((name) =>
    items.every((item) => isObject(item) && item[name] !== undefined),
  );
  if (key === undefined) return undefined;
  const byKey = (list: Json[]) => new Map((list as JsonObject[]).map((item) => [item[key], item]));
  const [old, wanted] = [byKey(before as Json[]), byKey(after as Json[])];
  const gone = [...old.keys()].filter((name) => !wanted.has(name));
  const changed = [...wanted].flatMap(([name, item]) => {
    const was = old.get(name);
    if (was === undefined) return [item];
    const patch = objectPatch(was, item);
    return Object.keys(patch).length === 0 ? [] : [{ ...patch, [key]: name }];
  });
  return [...gone.map((name) => ({ $patch: "delete", [key]: name })), ...changed];
}

const isObject = (value: Json): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);
