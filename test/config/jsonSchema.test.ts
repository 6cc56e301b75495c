import assert from "node:assert/strict";
import { stackFileSchema } from "../../src/config/jsonSchema";
import { secretKeys } from "../../src/config/stack";

interface Schema {
  description?: string;
  type?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean;
  anyOf?: Schema[];
}

describe("the schema for editors", () => {
  const { properties = {}, ...whole } = stackFileSchema() as Schema;
  const { config = {}, ...ofPulumi } = properties;

  it("is of draft 7, which editors read, and of a stack file, which has a config", () => {
    const { type, required, title, $schema } = whole as Record<string, unknown>;
    assert.deepEqual(
      { type, required, title, $schema },
      {
        type: "object",
        required: ["config"],
        title: "A stack of zot-fleet: one cluster's registry",
        $schema: "http://json-schema.org/draft-07/schema#",
      },
    );
    assert.deepEqual(config.required, ["zot-fleet:cluster"]);
    assert.equal(config.additionalProperties, false);
  });

  it("knows what Pulumi writes into it (Project and stack settings, pulumi.com/docs)", () => {
    assert.deepEqual(
      Object.entries(ofPulumi).map(([key, { type }]) => [key, type]),
      [
        ["encryptionsalt", "string"],
        ["encryptedkey", "string"],
        ["secretsprovider", "string"],
        ["environment", undefined],
      ],
    );
    for (const { description = "" } of Object.values(ofPulumi)) assert.match(description, /\.$/);
  });

  it("takes each secret as pulumi config set --secret writes it, or plain, and says the same of it", () => {
    for (const key of secretKeys) {
      const { anyOf = [], description } = config.properties?.[`zot-fleet:${key}`] ?? {};
      const [plain, encrypted] = anyOf;
      assert.ok(plain, key);
      assert.ok((description ?? "") !== "", key);
      assert.deepEqual(encrypted, {
        type: "object",
        description: "Written by `pulumi config set --secret`.",
        properties: { secure: { type: "string" } },
        required: ["secure"],
        additionalProperties: false,
      });
    }
  });
});
