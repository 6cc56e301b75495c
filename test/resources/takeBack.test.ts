import assert from "node:assert/strict";
import fc from "fast-check";
import { strategicPatch } from "../../src/cluster/strategicPatch";
import { takingBack } from "../../src/cluster/takeBack";

type Json = unknown;
type JsonObject = Record<string, Json>;
const isObject = (value: Json): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What the API server does with a strategic merge patch, for lists that are told apart by `name`. */
function patched(live: Json, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const result: JsonObject = { ...(isObject(live) ? live : {}) };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) Reflect.deleteProperty(result, key);
    else if (key === "env") result[key] = patchedList((result[key] ?? []) as JsonObject[], value);
    else result[key] = patched(result[key], value);
  }
  return result;
}

function patchedList(live: JsonObject[], patch: Json): JsonObject[] {
  const list = [...live];
  for (const item of patch as JsonObject[]) {
    const at = list.findIndex(({ name }) => name === item["name"]);
    if (item["$patch"] === "delete") {
      if (at >= 0) list.splice(at, 1);
    } else if (at >= 0) list[at] = patched(list[at], item) as JsonObject;
    else list.push(item);
  }
  return list;
}

const plain = { noNullPrototype: true };
const leaf = fc.constantFrom("a", "b", 1);
const name = fc.constantFrom("ONE", "TWO", "THREE");
const env = fc.uniqueArray(fc.record({ name, value: leaf }, plain), {
  selector: (item) => item.name,
});
const inner = fc.record(
  { x: leaf, y: leaf, args: fc.array(leaf, { maxLength: 2 }), env },
  { requiredKeys: [], ...plain },
);
const object = fc.record({ p: leaf, q: inner, r: inner }, { requiredKeys: [], ...plain });

/** In the order of their names: it says nothing. */
function sorted(value: Json): Json {
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => [
        key,
        key === "env"
          ? (each as JsonObject[]).toSorted((a, b) =>
              String(a["name"]) < String(b["name"]) ? -1 : 1,
            )
          : sorted(each),
      ]),
  );
}

describe("taking a cut revision back", () => {
  it("makes an object of either revision one of the deployed revision", () => {
    fc.assert(
      fc.property(object, object, (cut, deployed) => {
        const patch = strategicPatch(cut, deployed) ?? {};
        assert.deepEqual(sorted(patched(cut, patch)), sorted(deployed));
        assert.deepEqual(sorted(patched(deployed, patch)), sorted(deployed));
      }),
    );
  });

  it("leaves alone what neither revision says anything of", () => {
    fc.assert(
      fc.property(object, object, (cut, deployed) => {
        const live = { ...cut, status: { replicas: 1 } };
        const found = patched(live, strategicPatch(cut, deployed) ?? {}) as JsonObject;
        assert.deepEqual(found["status"], live.status);
      }),
    );
  });

  it("removes what the cut revision made besides, and never a claim", () => {
    const doc = (kind: string, more = "") =>
      `---\napiVersion: v1\nkind: ${kind}\nmetadata: { name: zot }\n${more}\n`;
    const { changed, gone } = takingBack(
      {
        manifest:
          doc("Service") + doc("ConfigMap", "data: { b: x }") + doc("PersistentVolumeClaim"),
      },
      { manifest: doc("ConfigMap", "data: { a: x }") },
      "registry",
    );
    assert.deepEqual(
      gone.map(({ kind }) => kind),
      ["Service"],
    );
    assert.deepEqual(changed, [
      {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "zot", namespace: "registry" },
        data: { a: "x", b: null },
      },
    ]);
  });

  it("says nothing of a StatefulSet's claim templates, which never change", () => {
    const set = (size: string) =>
      `apiVersion: apps/v1\nkind: StatefulSet\nmetadata: { name: zot }\nspec: { volumeClaimTemplates: [{ size: ${size} }] }`;
    const { changed } = takingBack({ manifest: set("1Gi") }, { manifest: set("2Gi") }, "registry");
    assert.deepEqual(changed, []);
  });
});
