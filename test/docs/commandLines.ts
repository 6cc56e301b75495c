import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { commands } from "../../src/cli/commands";
import { secretKeys } from "../../src/config/stack";
import { root } from "../support/pageBlocks";

const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  scripts: Record<string, string>;
};

/** What a deployment leaves in the state for people, by name. */
const declared = readFileSync(join(root, "src/components/clusterDeployment.ts"), "utf8");
const [, outputsText = ""] =
  /interface DeploymentOutputs \{([^}]*(?:\}>[^}]*)*)\n\}/.exec(declared) ?? [];
const outputs = [...outputsText.matchAll(/^ {2}(\w+): /gm)].map(([, name]) => name);

/** The words of every command of a shell block, without comments, redirections and what is set before it. */
export function commandsIn(block: string): string[][] {
  const lines = block
    .replaceAll("\\\n", " ")
    .replaceAll(/(^|\s)#.*$/gm, "$1")
    .replaceAll(/\s[<>] *\S+/g, "");
  return (lines.match(/(?:'[^']*'|"[^"]*"|[^'"&|;\n])+/g) ?? []).flatMap((part) => {
    const words = (part.match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? []).map((word) =>
      word.replaceAll(/['"]/g, ""),
    );
    while (/^[A-Z_]+=/.test(words[0] ?? "")) words.shift();
    return words.length === 0 ? [] : [words];
  });
}

/** Whether a command is one that `tryCommand` understands. */
export const isKnown = ([first = ""]: readonly string[]): boolean =>
  ["npm", "npx", "pulumi", "export"].includes(first);

/** Fails where a command names what there is not: a script, a command of ours, a flag, a file, a secret, an output. */
export function tryCommand(words: readonly string[]): void {
  const line = words.join(" ");
  const [first, second = "", ...rest] = words;
  if (first === "npm") tryNpm(second, rest, line);
  if (first === "npx") {
    assert.equal(second, "tsx", line);
    assert.ok(existsSync(join(root, rest[0] ?? "")), line);
  }
  if (first !== "pulumi") return;
  if (second === "config" && rest.includes("--secret")) {
    const key = rest[rest.indexOf("--secret") + 1] ?? "";
    assert.ok(secretKeys.has(key), `${line}: ${key} is no secret`);
  }
  if (second === "stack" && rest[0] === "output") assert.ok(outputs.includes(rest[1] ?? ""), line);
}

function tryNpm(command: string, rest: readonly string[], line: string): void {
  // npm's own, which knows nothing of ours.
  if (["ci", "pkg", "sbom"].includes(command)) return;
  const [name = "", ...others] =
    command === "test" ? ["test", ...rest] : rest.filter((word) => word !== "--silent");
  assert.ok(command === "test" || command === "run", line);
  assert.ok(name in scripts, `${line}: no script ${name}`);
  const args = others[0] === "--" ? others.slice(1) : others;
  if (name === "fleet") tryFleet(args, line);
  else if (name === "local") tryFleet(["local", ...args], line);
  else
    for (const file of args.filter((arg) => arg.includes("/")))
      assert.ok(existsSync(join(root, file)), line);
}

/** Has commander read the arguments, with nothing behind it. */
function tryFleet([name, ...args]: readonly string[], line: string): void {
  const command = commands().find((each) => each.name() === name);
  assert.ok(command !== undefined, `${line}: no command ${name ?? ""}`);
  command.exitOverride().configureOutput({ writeErr: () => undefined });
  command.action(() => undefined);
  assert.doesNotThrow(() => command.parse(args, { from: "user" }), line);
}
