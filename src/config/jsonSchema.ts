import { z } from "zod";
import { secretKeys, stackSchema } from "./stack";

type JsonSchema = z.core.JSONSchema.BaseSchema;

const encrypted: JsonSchema = {
  type: "object",
  description: "Written by `pulumi config set --secret`.",
  properties: { secure: { type: "string" } },
  required: ["secure"],
  additionalProperties: false,
};

/**
 * JSON Schema (draft 7, which editors' YAML support reads) of a whole stack file: our keys closed, so that a typo
 * shows; everything that is Pulumi's open.
 */
export function stackFileSchema(): JsonSchema {
  const { properties = {}, required = [] } = z.toJSONSchema(stackSchema, {
    io: "input",
    target: "draft-7",
  });
  const named = Object.entries(properties).map(([key, schema]): [string, unknown] => [
    `zot-fleet:${key}`,
    secretKeys.has(key) ? orEncrypted(schema as JsonSchema) : schema,
  ]);
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "A stack of zot-fleet: one cluster's registry",
    description: "Generated from src/config by `npm run docs`.",
    type: "object",
    properties: {
      config: {
        type: "object",
        properties: Object.fromEntries(named) as Record<string, JsonSchema>,
        required: required.map((key) => `zot-fleet:${key}`),
        patternProperties: { "^(?!zot-fleet:)[^:]+:": {} },
        additionalProperties: false,
      },
      encryptionsalt: { type: "string", description: "Written by Pulumi." },
      encryptedkey: { type: "string", description: "Written by Pulumi." },
      secretsprovider: { type: "string", description: "How Pulumi encrypts this stack's secrets." },
      environment: { description: "Pulumi ESC environments." },
    },
    required: ["config"],
  };
}

function orEncrypted({ description, ...plain }: JsonSchema): JsonSchema {
  return { ...(description === undefined ? {} : { description }), anyOf: [plain, encrypted] };
}

/** The bytes of `stacks/schema.json`. */
export function schemaText(): string {
  return `${JSON.stringify(stackFileSchema(), null, 2)}\n`;
}
