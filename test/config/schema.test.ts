import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import Ajv from "ajv";
import fc from "fast-check";
import { stackFileSchema } from "../../src/config/jsonSchema";
import { readStackConfig } from "../../src/config/readStackConfig";
import { stackSchema } from "../../src/config/stack";
import { stackFiles } from "../support/deployment";
import { readYaml } from "../support/yaml";
import { anyStack } from "./anyStack";
import { right } from "./wrongStacks";

const folder = resolve(__dirname, "../../stacks");
const matches = new Ajv({ strict: false }).compile(stackFileSchema());

const file = (raw: object, rest: object = {}) => ({
  config: Object.fromEntries(
    Object.entries(raw).map(([key, value]) => [`zot-fleet:${key}`, value]),
  ),
  ...rest,
});

describe("stacks/schema.json", () => {
  it("describes every key", () => {
    for (const [path, schema] of walk(stackFileSchema().properties?.["config"], "config")) {
      assert.ok(typeof schema["description"] === "string", `${path} has no description`);
    }
  });

  it("has every top-level key, with its prefix", () => {
    const config = stackFileSchema().properties?.["config"] as { properties: object };
    assert.deepEqual(
      Object.keys(config.properties),
      Object.keys(stackSchema.shape).map((key) => `zot-fleet:${key}`),
    );
  });

  it("takes what Pulumi and others write beside ours", () => {
    const pulumi = { encryptionsalt: "v1:x", secretsprovider: "awskms://x", environment: ["dev"] };
    const stack = file(right, { ...pulumi, newerPulumiKey: 1 });
    assert.ok(matches({ ...stack, config: { ...stack.config, "kubernetes:context": "x" } }));
  });

  it("takes a secret encrypted or plain, and nothing else encrypted", () => {
    assert.ok(matches(file({ ...right, adminPassword: { secure: "v1:abc" } })));
    assert.ok(matches(file({ ...right, adminPassword: "plain" })));
    assert.ok(!matches(file({ ...right, adminPassword: { secret: "v1:abc" } })));
    assert.ok(!matches(file({ ...right, compression: { secure: "v1:abc" } })));
  });

  it("takes whatever the program takes", () => {
    fc.assert(
      fc.property(anyStack, (raw) => {
        assert.ok(matches(file(raw)), JSON.stringify(matches.errors));
      }),
    );
  });

  for (const [what, raw] of [
    ["a mistyped key", { ...right, clutser: {} }],
    ["a mistyped key in an object", { cluster: { ...right.cluster, gatways: [] } }],
    ["a mistyped key in a list", { ...right, seeds: [{ ...right.seeds[0], tag: "x" }] }],
    [
      "a mistyped platform",
      { ...right, seeds: [{ ...right.seeds[0], archives: { "linux/adm64": "x" } }] },
    ],
    ["a missing key", { cluster: { name: "a", domain: "b.cc" } }],
    ["an unquoted number", { ...right, seeds: [{ ...right.seeds[0], tags: [1.1] }] }],
    ["another choice", { ...right, compression: "lz4" }],
    ["no cluster", {}],
  ] as [string, object][])
    it(`shows an editor ${what}`, () => {
      assert.ok(!matches(file(raw)));
    });

  it("shows a key without its prefix", () => {
    assert.ok(!matches({ config: { ...file(right).config, seeds: [] } }));
  });
});

describe("the stack files of the repository", () => {
  it("are examples, and one to begin with that needs no archive", () => {
    const names = readdirSync(folder).filter((name) => name.endsWith(".yaml"));
    assert.deepEqual(names, ["Pulumi.local.yaml"]);
    assert.ok(stackFiles.has("ottawa"));
    const { config } = readYaml(readFileSync(stackFiles.get("local") ?? "", "utf8")) as {
      config: object;
    };
    assert.ok(!("zot-fleet:seeds" in config));
  });

  for (const [name, path] of stackFiles)
    describe(name, () => {
      const text = readFileSync(path, "utf8");
      const stack = readYaml(text) as { config: Record<string, unknown> };

      it("names its schema first, by a path that leads there, from stacks/ as well", () => {
        const schema = /^# yaml-language-server: \$schema=(\S+)\n/.exec(text)?.[1] ?? "";
        for (const from of [dirname(path), folder])
          assert.equal(resolve(from, schema), join(folder, "schema.json"));
      });

      it("matches the schema, and with a typo in any key of ours does not", () => {
        assert.ok(matches(stack), JSON.stringify(matches.errors));
        for (const key of Object.keys(stack.config)) {
          if (!key.startsWith("zot-fleet:")) continue;
          const { [key]: value, ...others } = stack.config;
          assert.ok(!matches({ ...stack, config: { ...others, [`${key}x`]: value } }), key);
        }
      });

      it("is a stack that the program takes", () => {
        const all = Object.entries(stack.config).map(([key, value]) => [
          key,
          isEncrypted(value)
            ? "decrypted"
            : typeof value === "string"
              ? value
              : JSON.stringify(value),
        ]);
        readStackConfig(Object.fromEntries(all) as Record<string, string>);
      });
    });
});

function isEncrypted(value: unknown): boolean {
  return typeof value === "object" && value !== null && "secure" in value;
}

/** Every schema of a named property, with its path. */
function* walk(schema: unknown, path: string): Generator<[string, Record<string, unknown>]> {
  if (typeof schema !== "object" || schema === null) return;
  const { properties = {}, items } = schema as { properties?: object; items?: unknown };
  for (const [key, child] of Object.entries(properties)) {
    yield [`${path}.${key}`, child as Record<string, unknown>];
    yield* walk(child, `${path}.${key}`);
  }
  yield* walk(items, `${path}[]`);
}
