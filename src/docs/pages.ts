import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { format } from "prettier";
import { isMap, isScalar, parseDocument } from "yaml";
import { schemaText } from "../config/jsonSchema";
import { codesPage } from "./codes";
import { commandsPage } from "./commands";
import { rightsYaml } from "./rights";
import { rulesFile } from "./rulesFile";
import { stackFilePage } from "./stackFile";
import { versionsPage } from "./versions";

const root = resolve(__dirname, "../..");

/** The repository's own (.prettierrc): what is written passes the linter. */
const printWidth = 100;

/** Every generated file of the repository, by its path from the root: what `npm run docs` writes and a test holds current. */
export async function generatedFiles(): Promise<Map<string, string>> {
  const pages = {
    "stack-file": stackFilePage(examples()),
    commands: commandsPage(),
    codes: codesPage(),
    versions: versionsPage(),
  };
  const written = await Promise.all(
    Object.entries(pages).map(
      async ([name, text]) =>
        [
          `docs/reference/${name}.md`,
          await format(marked(text), { parser: "markdown", printWidth }),
        ] as const,
    ),
  );
  const yaml = (text: string) => format(text, { parser: "yaml", printWidth });
  return new Map([
    ["stacks/schema.json", schemaText()],
    ["examples/rbac/deploy.yaml", await yaml(rightsYaml())],
    ["examples/prometheus-rules.yaml", await yaml(rulesFile())],
    ...written,
  ]);
}

const marked = (text: string) => `<!-- Written by npm run docs. -->\n\n${text}`;

/** What stands below each top-level key in `examples/`, as it is written there, comments included. */
function examples(): Map<string, string[]> {
  const found = new Map<string, string[]>();
  const folder = join(root, "examples");
  for (const file of readdirSync(folder)
    .filter((name) => name.endsWith(".yaml"))
    .sort()) {
    const text = readFileSync(join(folder, file), "utf8");
    const config = parseDocument(text).get("config");
    if (!isMap(config)) continue;
    for (const { key, value } of config.items) {
      if (!isScalar(key) || key.range == null || !hasRange(value)) continue;
      const name = String(key.value).replace("zot-fleet:", "");
      const source = text.slice(text.lastIndexOf("\n", key.range[0]) + 1, value.range[1]);
      found.set(name, [...(found.get(name) ?? []), outdented(source)]);
    }
  }
  return found;
}

const hasRange = (value: unknown): value is { range: [number, number, number] } =>
  typeof value === "object" && value !== null && "range" in value && Array.isArray(value.range);

function outdented(text: string): string {
  const [indent = ""] = /^ */.exec(text) ?? [];
  return text.replaceAll(new RegExp(`^${indent}`, "gm"), "").trimEnd();
}
