import { parseDocument } from "yaml";

/** What a stack file says, or why it is no YAML. */
export interface StackYaml {
  /** The values below `config`, as they are written. */
  config: Record<string, unknown>;
  problems: string[];
}

/**
 * Reads the YAML of a stack file. A problem says where it is and of which kind, and no more: the parser's own words quote the file,
 * where a password may stand in plain text by mistake.
 */
export function parseStackYaml(text: string): StackYaml {
  const document = parseDocument(text, { logLevel: "error" });
  const problems = document.errors.map(({ code, linePos }) => {
    const at = linePos?.[0];
    const place = at === undefined ? "" : ` at line ${at.line}, column ${at.col}`;
    return `no YAML${place}: ${code.toLowerCase().replaceAll("_", " ")}`;
  });
  if (problems.length > 0) return { config: {}, problems };
  try {
    const file = document.toJS() as { config?: Record<string, unknown> | null } | null;
    return { config: file?.config ?? {}, problems };
  } catch {
    // An alias of what is not there, or of too much: what is behind a bare * is taken for one.
    return { config: {}, problems: ["no YAML: an alias (*) that cannot be read"] };
  }
}
