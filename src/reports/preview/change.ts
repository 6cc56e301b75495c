import type { Step } from "./readPreview";

export type Kind = "created" | "changed" | "replaced" | "deleted" | "moved in";

/** What a step of a preview means for the people who use the registry. */
export interface Change {
  kind: Kind;
  /** One sentence without its full stop, in Markdown: names in backticks. */
  words: string;
  /** A reviewer should think about it; told first, before all clusters. */
  risk?: true;
}

/** A step with what every describer needs of it. */
export interface Described {
  kind: Kind;
  type: string;
  /** The resource's name in the program. */
  name: string;
  old: Readonly<Record<string, unknown>>;
  now: Readonly<Record<string, unknown>>;
  /** Kept in the cluster although it leaves the program. */
  kept: boolean;
}

/** Pulumi's operations (sdk/go/common/apitype, OpType) that change something; a replacement is told by its own step alone. */
const kinds: Record<string, Kind> = {
  create: "created",
  update: "changed",
  replace: "replaced",
  delete: "deleted",
  import: "moved in",
  "import-replacement": "moved in",
};

/** What a step does; undefined for one that changes nothing, or is a part of another. */
export function describedStep({ op, urn, oldState, newState }: Step): Described | undefined {
  const kind = kinds[op];
  const { type } = newState ?? oldState ?? {};
  if (kind === undefined || type === undefined) return undefined;
  const name = urn.split("::").slice(3).join("::");
  return {
    kind,
    type,
    name,
    old: oldState?.inputs ?? {},
    now: newState?.inputs ?? {},
    kept: oldState?.retainOnDelete ?? false,
  };
}

/** The text at a path of a resource's inputs; undefined where there is none. */
export function textAt(from: unknown, ...path: (string | number)[]): string | undefined {
  let value = from;
  for (const key of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Record<string | number, unknown>)[key];
  }
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}

/** The texts of a list; none where it is no list. */
export const textsIn = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((each): each is string => typeof each === "string") : [];
