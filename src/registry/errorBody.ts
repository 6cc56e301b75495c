import { z } from "zod";

/** What a registry says about its refusal. */
export interface ErrorBody {
  code: string;
  message: string;
  /** What the message leaves out: `reason: manifest body exceeds ...`. Empty when there is nothing more. */
  detail: string;
}

const one = z.looseObject({
  code: z.string(),
  message: z.string().default(""),
  detail: z.unknown().optional(),
});

/** OCI distribution spec, "Error Codes". */
const list = z.looseObject({ errors: z.tuple([one], z.unknown()) });

/** Details that repeat the request, or explain the code in general. */
const known = new Set(["description", "reference", "name", "digest"]);

/** Reads the body of a refusal: the first error in it; undefined when it is not a registry's. */
export function readErrorBody(body: Buffer): ErrorBody | undefined {
  let json: unknown;
  try {
    json = JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
  const listed = list.safeParse(json);
  // Zot's 401 is bare, without the list around it (seen on 2.1.18).
  const parsed = one.safeParse(listed.success ? listed.data.errors[0] : json);
  if (!parsed.success) return undefined;
  const { code, message, detail } = parsed.data;
  return { code, message, detail: textOf(detail) };
}

function textOf(detail: unknown): string {
  if (typeof detail === "string") return detail;
  if (typeof detail !== "object" || detail === null) return "";
  return Object.entries(detail)
    .filter(([name, value]) => !known.has(name) && typeof value === "string" && value !== "")
    .map(([name, value]) => `${name}: ${String(value)}`)
    .join(", ");
}
