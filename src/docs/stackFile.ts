import { z } from "zod";
import { secretKeys, stackSchema } from "../config/stack";
import { bare, kindsOf, unwrapped } from "../config/schemaTree";
import { allowed } from "../config/words";
import { code, codeCell, escaped, fenced, tableLines } from "../render/markdown";

type Schema = z.core.$ZodType;

/** A key inside a top-level one, as a row tells it. */
interface Row extends Texts {
  path: string;
  allowed: string;
}

interface Texts {
  description: string;
  /** What holds where the key is left out, as Markdown. */
  otherwise: string;
}

/**
 * The reference of the stack file: a section for each top-level key, a row for each key inside it.
 *
 * @param examples YAML that stands under a top-level key somewhere in `examples/`, by key
 */
export function stackFilePage(examples: ReadonlyMap<string, readonly string[]>): string {
  const sections = Object.entries(stackSchema.shape).map(([key, schema]) =>
    section(key, schema, examples.get(key) ?? []),
  );
  return [
    "# The stack file",
    "",
    "Every key of `stacks/Pulumi.<cluster>.yaml`, below `config:`. What is not known or not allowed stops the preview, with its path, what was found and what is allowed. An editor that knows `stacks/schema.json` completes and checks the keys. The examples are those of `examples/`.",
    "",
    ...sections.flat(),
  ].join("\n");
}

function section(key: string, schema: Schema, examples: readonly string[]): string[] {
  const rows = insideRows(bare(schema), "");
  const { description, otherwise } = textsOf(schema);
  return [
    `## ${key}`,
    "",
    markdownOf(description),
    "",
    `- Allowed: ${markdownOf(allowedIn(schema))}`,
    `- Default: ${otherwise}`,
    ...(secretKeys.has(key)
      ? [`- A secret: ${code(`pulumi config set --secret zot-fleet:${key}`)}`]
      : []),
    "",
    ...(rows.length === 0
      ? []
      : [
          ...tableLines(
            ["Key", "Allowed", "Default", "What it is"],
            rows.map((row) => [
              { markdown: codeCell(row.path) },
              { markdown: markdownOf(row.allowed) },
              { markdown: row.otherwise },
              { markdown: markdownOf(row.description) },
            ]),
          ),
          "",
        ]),
    ...(secretKeys.has(key) ? [] : examples).flatMap((example) => [fenced(example, "yaml"), ""]),
  ];
}

/** The keys inside a value, those of an object in it after their own row. */
function insideRows(schema: Schema, path: string): Row[] {
  if (schema instanceof z.ZodObject)
    return Object.entries(schema.shape as Record<string, Schema>).flatMap(([key, child]) => {
      const at = path === "" ? key : `${path}.${key}`;
      const row = { path: at, allowed: allowedIn(child), ...textsOf(child) };
      return [row, ...insideRows(bare(child), at)];
    });
  if (schema instanceof z.ZodArray) return insideRows(bare(schema.element), `${path}[]`);
  if (schema instanceof z.ZodDiscriminatedUnion)
    return kindsOf(schema).flatMap(([word, option]) =>
      insideRows(
        option,
        `${path.replace(/\[\]$/, "")}[${schema.def.discriminator}: ${word}]`,
      ).filter((row) => !row.path.endsWith(`].${schema.def.discriminator}`)),
    );
  if (schema instanceof z.ZodUnion)
    return once(schema.options.flatMap((each) => insideRows(bare(each), path)));
  if (schema instanceof z.ZodRecord) return insideRows(bare(schema.valueType), `${path}.*`);
  return [];
}

/** Several objects of a union may have a key in common; where they say different things of it, each is told. */
function once(rows: readonly Row[]): Row[] {
  const different = new Map(rows.map((row) => [JSON.stringify(row), row]));
  return [...different.values()];
}

/** What a value may be; of an object, whose keys have rows of their own, no list of them. */
function allowedIn(schema: Schema): string {
  const here = bare(schema);
  if (here instanceof z.ZodObject) return "an object";
  const isList = here instanceof z.ZodArray && bare(here.element) instanceof z.ZodObject;
  return isList ? "a list of objects" : allowed(schema);
}

/** A description may end with the default, where that is no value of the schema. */
function textsOf(schema: Schema): Texts {
  const text = descriptionOf(schema);
  const [, before = text, said] = /^(.*?) ?Default: (.*)\.$/.exec(text) ?? [];
  const otherwise = defaultOf(schema);
  return otherwise === "none" && said !== undefined
    ? { description: before, otherwise: markdownOf(said) }
    : { description: text, otherwise };
}

/** Our own words, in which only backticks are Markdown. */
function markdownOf(text: string): string {
  return text
    .split("`")
    .map((part, at) => (at % 2 === 0 ? escaped(part) : codeCell(part)))
    .join("");
}

function descriptionOf(schema: Schema): string {
  const own = z.globalRegistry.get(schema)?.description;
  if (own !== undefined) return own;
  const inner = unwrapped(schema);
  return inner === undefined ? "" : descriptionOf(inner);
}

function defaultOf(schema: Schema): string {
  if (schema instanceof z.ZodDefault) return code(JSON.stringify(schema.def.defaultValue));
  if (schema instanceof z.ZodPrefault) return "that of each key in it";
  if (schema instanceof z.ZodOptional) return "none";
  const inner = unwrapped(schema);
  return inner === undefined || inner === bare(inner) ? "required" : defaultOf(inner);
}
