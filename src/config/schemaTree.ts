import { z } from "zod";

/** A step from a value to one inside it: an object's key or a list's index. */
export type Step = PropertyKey;

/** The schema under `.optional()`, `.default()`, `.prefault()` and `.transform()`, which is where the rules are. */
export function bare(schema: z.core.$ZodType): z.core.$ZodType {
  const inner = unwrapped(schema);
  return inner === undefined ? schema : bare(inner);
}

/** The schema under the outermost of these; undefined where there is none. */
export function unwrapped(schema: z.core.$ZodType): z.core.$ZodType | undefined {
  if (schema instanceof z.ZodPipe) return schema.in;
  return schema instanceof z.ZodOptional ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault
    ? schema.unwrap()
    : undefined;
}

/**
 * The bare schema of the value at `path`; undefined where nothing is known about it.
 *
 * @param value what stands there, from the top: it says which of several objects is meant
 */
export function schemaAt(
  schema: z.core.$ZodType,
  path: readonly Step[],
  value?: unknown,
): z.core.$ZodType | undefined {
  const here = chosen(bare(schema), value);
  const [step, ...rest] = path;
  if (step === undefined) return here;
  const next = inside(here, step);
  return next === undefined ? undefined : schemaAt(next, rest, valueAt(value, [step]));
}

/** Of several objects that one key tells apart, the one that is meant; where none is, all of them. */
function chosen(schema: z.core.$ZodType, value: unknown): z.core.$ZodType {
  if (!(schema instanceof z.ZodDiscriminatedUnion)) return schema;
  const kind = valueAt(value, [schema.def.discriminator]);
  return kindsOf(schema).find(([name]) => name === kind)?.[1] ?? schema;
}

/** The objects of a union, by the word that stands for each. */
export function kindsOf(union: z.ZodDiscriminatedUnion): [string, z.core.$ZodType][] {
  return union.options.flatMap((option): [string, z.core.$ZodType][] => {
    const word = inside(option, union.def.discriminator);
    return word instanceof z.ZodLiteral ? [[String(word.value), option]] : [];
  });
}

/** The keys that an object may have, if only in one of several shapes; undefined when the schema is of no object with known keys. */
export function knownKeys(schema: z.core.$ZodType | undefined): string[] | undefined {
  if (schema instanceof z.ZodUnion)
    return schema.options.map((each) => knownKeys(bare(each))).find(Boolean);
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : undefined;
}

/** Where in the schema, objects in objects, a key is known. */
export function placesOf(schema: z.core.$ZodType, key: string): string[][] {
  const here = bare(schema);
  if (!(here instanceof z.ZodObject)) return [];
  return Object.entries(here.shape).flatMap(([name, child]) => [
    ...(name === key ? [[name]] : []),
    ...placesOf(child as z.core.$ZodType, key).map((place) => [name, ...place]),
  ]);
}

/** The value at `path`, or undefined. */
export function valueAt(value: unknown, path: readonly Step[]): unknown {
  return path.reduce<unknown>(
    (here, step) =>
      typeof here === "object" && here !== null && Object.hasOwn(here, step)
        ? (here as Record<Step, unknown>)[step]
        : undefined,
    value,
  );
}

function inside(schema: z.core.$ZodType, step: Step): z.core.$ZodType | undefined {
  if (schema instanceof z.ZodObject) {
    const shape: Record<Step, z.core.$ZodType> = schema.shape;
    return Object.hasOwn(shape, step) ? shape[step] : undefined;
  }
  if (schema instanceof z.ZodDiscriminatedUnion && step === schema.def.discriminator)
    return z.enum(kindsOf(schema).map(([word]) => word));
  if (schema instanceof z.ZodArray) return schema.element;
  if (schema instanceof z.ZodRecord) return schema.valueType;
  // Of several shapes, the one that has such a step.
  if (schema instanceof z.ZodUnion)
    return schema.options.map((each) => inside(bare(each), step)).find(Boolean);
  return undefined;
}
