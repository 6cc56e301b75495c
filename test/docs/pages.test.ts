import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { explanations } from "../../src/cli/explain";
import { commands } from "../../src/cli/commands";
import { parseStackConfig, secretKeys } from "../../src/config/stack";
import { readYaml } from "../support/yaml";

const root = resolve(__dirname, "../..");
const { scripts, dependencies, peerDependencies, devDependencies } = JSON.parse(
  readFileSync(join(root, "package.json"), "utf8"),
) as Record<
  "scripts" | "dependencies" | "peerDependencies" | "devDependencies",
  Record<string, string>
>;
/** What a deployment leaves in the state for people, by name. */
const declared = readFileSync(join(root, "src/components/clusterDeployment.ts"), "utf8");
const [, outputsText = ""] =
  /interface DeploymentOutputs \{([^}]*(?:\}>[^}]*)*)\n\}/.exec(declared) ?? [];
const outputs = [...outputsText.matchAll(/^ {2}(\w+): /gm)].map(([, name]) => name);

const pages = [
  ...["README.md", "CONTRIBUTING.md", "CHANGELOG.md"],
  ...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => join("docs", name)),
];

const texts = pages.map((path) => [path, readFileSync(join(root, path), "utf8")] as const);

interface Block {
  language: string;
  text: string;
}

const blocksOf = (page: string): Block[] =>
  [...page.matchAll(/^( *)```(\w*)\n([^]*?)\n\1```$/gm)].map(([, indent, language, text]) => ({
    language: language ?? "",
    text: (text ?? "").replaceAll(new RegExp(`^${indent ?? ""}`, "gm"), ""),
  }));

/** Every block of a language, with its page. */
const inBlocks = (wanted: string) =>
  texts.flatMap(([path, page]) =>
    blocksOf(page)
      .filter(({ language }) => language === wanted)
      .map(({ text }) => [path, text] as const),
  );

const firstKey = (text: string) => /zot-fleet:\w+/.exec(text)?.[0] ?? "";

/** A heading's anchor, as forges make it. */
const anchors = (page: string) =>
  [...page.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );

describe("documentation", () => {
  for (const [path, page] of texts)
    it(`${path} links to what is there`, () => {
      const prose = page.replaceAll(/^( *)```[^]*?^\1```$/gm, "").replaceAll(/`[^`\n]*`/g, "");
      for (const [, link = ""] of prose.matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^https?:/.test(link)) continue;
        const [file = "", anchor] = link.split("#");
        const target = file === "" ? join(root, path) : resolve(root, dirname(path), file);
        assert.ok(existsSync(target), `${link}: there is no ${relative(root, target)}`);
        if (anchor === undefined) continue;
        const there = anchors(readFileSync(target, "utf8"));
        assert.ok(there.includes(anchor), `${link}: not one of ${there.join(", ")}`);
      }
    });

  it("names no code that there is not", () => {
    const known = new Set(explanations().map(({ code }) => code));
    for (const [path, page] of texts)
      for (const [code] of page.matchAll(/\bZ[FD]\d{3}\b/g))
        assert.ok(known.has(code), `${path}: ${code}`);
  });

  it("has blocks of languages that are looked at, and what a program printed", () => {
    for (const [path, page] of texts)
      for (const { language, text } of blocksOf(page))
        assert.ok(["", "text", "yaml", "sh", "ts"].includes(language), `${path}: ${text}`);
  });

  for (const [path, text] of inBlocks("yaml"))
    // Those of the reference are the examples', which are tested as they are.
    if (text.includes("zot-fleet:") && !path.startsWith(join("docs", "reference")))
      it(`${path} shows a stack file that the program takes: ${firstKey(text)}`, () => {
        takeStack(text);
      });

  for (const [path, text] of inBlocks("sh"))
    it(`${path} names commands, flags, keys and files that there are: ${text.split("\n", 1)[0] ?? ""}`, () => {
      for (const line of text.replaceAll("\\\n", " ").split("\n")) tryLine(line);
    });

  it("shows programs that are those of examples/, which the compiler reads", () => {
    const programs = readdirSync(join(root, "examples"))
      .filter((name) => name.endsWith(".ts"))
      .map((name) => readFileSync(join(root, "examples", name), "utf8").trim());
    assert.deepEqual(
      inBlocks("ts").map(([, text]) => text.trim()),
      programs,
    );
  });

  it("says what every package is for, and names none that is not used", () => {
    const page = readFileSync(join(root, "docs/dependencies.md"), "utf8");
    const [table = "", rest = ""] = page.split("For development:");
    const named = (text: string, pattern: RegExp) =>
      [...text.matchAll(pattern)].map(([, name]) => name);
    const running = { ...dependencies, ...peerDependencies };
    assert.deepEqual(named(table, /^\| `([^`]+)`/gm).sort(), Object.keys(running).sort());
    for (const name of Object.keys(devDependencies))
      assert.ok(name.startsWith("@types/") || rest.includes(`\`${name}\``), name);
  });

  it("has no page that README does not lead to", () => {
    const readme = readFileSync(join(root, "README.md"), "utf8");
    for (const path of pages.filter((each) => !each.startsWith(join("docs", "decisions"))))
      if (path !== "README.md") assert.ok(readme.includes(`(${path})`), path);
  });
});

/** A page shows some keys of a stack file: what else these need is added. */
function takeStack(text: string): void {
  const yaml = readYaml(text) as Record<string, unknown>;
  const config = (yaml["config"] ?? yaml) as Record<string, unknown>;
  const raw = Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key.replace("zot-fleet:", ""), value]),
  );
  const secure = Object.keys(raw).filter((key) => secretKeys.has(key));
  for (const key of secure) raw[key] = "a secret of twelve characters";
  parseStackConfig({
    cluster: { name: "ottawa", context: "ottawa", domain: "killinit.cc" },
    ...("oidc" in raw || "renewal" in raw
      ? {
          oidc: { issuer: "https://auth.killinit.cc/", clientId: "zot" },
          oidcClientSecret: "x",
          access: { roles: { ci: ["group:builders"] } },
        }
      : {}),
    ...("apiKeys" in raw
      ? { deliveryTokens: { "git.killinit.cc": "x", "api.github.com": "x" } }
      : {}),
    ...raw,
  });
}

/** Looks at a line of a shell block, as far as it calls this project or Pulumi with a name of ours. */
function tryLine(line: string): void {
  const [command = ""] = line.split(/ #|\s{2,}#/);
  for (const part of command.split(/&&|\|/)) {
    const words = part
      .trim()
      .replaceAll(/[<>] ?\S+/g, "")
      .split(/\s+/)
      .filter((word) => !/^[A-Z_]+=/.test(word));
    const [first, second, third] = words;
    if (first === "npm" && second === "run") tryScript(words.slice(2), line);
    if (first === "npx" && second === "tsx") assert.ok(existsSync(join(root, third ?? "")), line);
    if (first === "pulumi" && second === "config" && words.includes("--secret")) {
      const key = words[words.indexOf("--secret") + 1] ?? "";
      assert.ok(secretKeys.has(key), `${line}: ${key} is no secret`);
    }
    if (first === "pulumi" && second === "stack" && third === "output")
      assert.ok(outputs.includes(words[3] ?? ""), line);
  }
}

function tryScript(words: readonly string[], line: string): void {
  const [name = "", ...rest] = words.filter((word) => word !== "--silent");
  assert.ok(name in scripts, `${line}: no script ${name}`);
  const args = rest[0] === "--" ? rest.slice(1) : rest;
  if (name === "fleet") tryCommand(args, line);
  if (name === "local") tryCommand(["local", ...args], line);
}

/** Has commander read the arguments, with nothing behind it. */
function tryCommand([name, ...args]: readonly string[], line: string): void {
  const command = commands().find((each) => each.name() === name);
  assert.ok(command !== undefined, `${line}: no command ${name ?? ""}`);
  command.exitOverride().configureOutput({ writeErr: () => undefined });
  command.action(() => undefined);
  assert.doesNotThrow(() => command.parse(args, { from: "user" }), line);
}
