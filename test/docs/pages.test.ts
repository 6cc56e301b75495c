import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { explanations } from "../../src/cli/explain";
import { blocksOf, pageCommands, root } from "../support/pageBlocks";

const { dependencies, peerDependencies, devDependencies } = JSON.parse(
  readFileSync(join(root, "package.json"), "utf8"),
) as Record<"dependencies" | "peerDependencies" | "devDependencies", Record<string, string>>;
const pages = [
  ...["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "examples/README.md"],
  ...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => join("docs", name)),
];

const texts = pages.map((path) => [path, readFileSync(join(root, path), "utf8")] as const);

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

  it("says in examples/ what each file is for, in about ten lines", () => {
    const page = readFileSync(join(root, "examples/README.md"), "utf8");
    const sections = page.split(/^## /m).slice(1);
    const files = readdirSync(join(root, "examples"), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name !== "README.md")
      .map(({ parentPath, name }) => relative(join(root, "examples"), join(parentPath, name)));
    assert.deepEqual(
      sections.flatMap((text) => (text.split("\n", 1)[0] ?? "").split(" and ")).sort(),
      files.sort(),
    );
    for (const text of sections)
      assert.ok(text.split("\n").filter((line) => line !== "").length <= 14, text);
  });

  it("draws the floors that the linter holds", () => {
    const held = readFileSync(join(root, "eslint.config.mjs"), "utf8");
    const [, list = ""] = /^const floors = \[([^\]]*)\]/m.exec(held) ?? [];
    const [drawn] = blocksOf(join("docs", "architecture.md")).filter(
      ({ heading }) => heading === "The floors of src",
    );
    assert.deepEqual(
      drawn?.text.split("\n").map((line) => line.trim().split(" ", 1)[0]),
      [...list.matchAll(/"(\w+)"/g)].map(([, floor]) => floor).reverse(),
    );
  });

  it("tells before the commands of a backup what each of them is told, and no more", () => {
    const [told] = blocksOf(join("docs", "backup.md"));
    const commands = ["Back up", "Rehearse", "Restore"].flatMap((heading) =>
      pageCommands("backup.md", heading),
    );
    const used = commands.flatMap((text) =>
      [...text.matchAll(/\$([A-Z_]{6,})\b/g)].map(([, name = ""]) => name),
    );
    // restic reads these itself, and bash has this one.
    const known = [
      ...used.filter((name) => name !== "SECONDS"),
      "RESTIC_REPOSITORY",
      "RESTIC_PASSWORD",
    ];
    assert.deepEqual(
      told?.text
        .split("\n")
        .map((line) => line.split("=", 1)[0])
        .sort(),
      [...new Set(known)].sort(),
    );
  });

  it("has no page that README does not lead to", () => {
    const readme = readFileSync(join(root, "README.md"), "utf8");
    for (const path of pages.filter((each) => !each.startsWith(join("docs", "decisions"))))
      if (path !== "README.md") assert.ok(readme.includes(`(${path})`), path);
  });
});
