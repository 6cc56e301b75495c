import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { parseStackConfig, secretKeys, type StackConfig } from "../../src/config/stack";
import { mediaTypes } from "../../src/images/mediaTypes";
import { noReleases, withRelease, type ReleaseLock } from "../../src/seeding/releases";
import { declare } from "../support/deployment";
import { assertPrinted, blocksOf, root, writtenPages, type Block } from "../support/pageBlocks";
import { skipWithout } from "../support/skip";
import { readYaml } from "../support/yaml";
import { commandsIn, isKnown, tryCommand } from "./commandLines";

/*
 * Every fenced block of a written page is run, or says why not. Without a comment, a stack file is previewed, TypeScript is a file of
 * examples/, and shell is read by the programs that it calls. A comment right before a block, which no reader sees, says another way:
 *
 *   tested by test/x.test.ts     that test runs it, or compares it with what a program gives: it names the page and the heading
 *   printed in test/x.txt        its lines stand there, in their order; `...` leaves some out. Another test holds that file
 *   not run: the reason          nothing looks at it, but for the lines of shell that call this project
 */
const marks = /^(tested by|printed in|not run:) (\S.*)$/;

const blocks = writtenPages.flatMap((page) => blocksOf(page));
const nameOf = ({ page, line, text }: Block) => `${page}:${line} ${text.split("\n", 1)[0] ?? ""}`;

/** What a comment says of its block: none of ours is as none. */
function markOf({ comment = "" }: Block): { way?: string | undefined; words: string } {
  const [, way, words = ""] = marks.exec(comment) ?? [];
  return { way, words };
}

const unmarked = (...languages: string[]) =>
  blocks.filter((block) => languages.includes(block.language) && markOf(block).way === undefined);
const marked = (way: string) => blocks.filter((block) => markOf(block).way === way);

const read = (path: string) => readFileSync(join(root, path), "utf8");

describe("the blocks of README and docs", function () {
  this.timeout(600_000);

  it("are run, or say by whom, or why not", () => {
    const known = new Set(["yaml", "sh", "ts"]);
    const others = blocks.filter(
      (block) => !known.has(block.language) && markOf(block).way === undefined,
    );
    assert.deepEqual(others.map(nameOf), []);
  });

  it("have a comment right after each that speaks of one", () => {
    for (const page of writtenPages) {
      const comments = [...read(page).matchAll(/<!-- (.*) -->/g)].map(([, words = ""]) => words);
      const ours = blocks.filter((block) => block.page === page && markOf(block).way !== undefined);
      const speaking = comments.filter((words) => /^(tested|printed|not run)/.test(words));
      assert.deepEqual(
        ours.map(({ comment }) => comment),
        speaking,
        page,
      );
    }
  });

  for (const block of marked("tested by"))
    it(`${nameOf(block)}: its test knows it`, () => {
      const { words } = markOf(block);
      assert.ok(existsSync(join(root, words)), words);
      const test = read(words);
      for (const name of [basename(block.page), block.heading])
        assert.ok(test.includes(name), `${words} does not name ${name}`);
    });

  for (const block of marked("printed in"))
    it(`${nameOf(block)}: is printed`, () => {
      assertPrinted(block.text, read(markOf(block).words));
    });

  for (const block of unmarked("yaml"))
    it(`${nameOf(block)}: is previewed`, async () => {
      const config = stackOf(block.text);
      const { outputs } = await declare(config, true, { releases: releasesOf(config) });
      assert.ok("url" in outputs);
    });

  it("are, in TypeScript, the programs of examples/: the compiler reads them, test/cluster/package.test.ts runs them", () => {
    const programs = readdirSync(join(root, "examples")).filter((name) => name.endsWith(".ts"));
    assert.deepEqual(
      unmarked("ts").map(({ text }) => text.trim()),
      programs.map((name) => read(join("examples", name)).trim()),
    );
  });

  for (const block of blocks.filter(({ language }) => language === "sh"))
    it(`${nameOf(block)}: names commands, flags, keys and files that there are`, () => {
      const all = commandsIn(block.text);
      for (const words of all) tryCommand(words);
      if (markOf(block).way !== undefined) return;
      const others = all.filter((words) => !isKnown(words));
      assert.deepEqual(others, [], "nothing here reads these: say why the block is not run");
    });

  it("call Pulumi with subcommands and flags that it has", async function () {
    const pulumi = skipWithout("pulumi", this);
    const calls = blocks
      .filter(({ language }) => language === "sh")
      .flatMap(({ text }) => commandsIn(text))
      .filter(([first]) => first === "pulumi")
      .map(([, ...args]) => args);
    assert.ok(calls.length > 0);
    const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
    const flags = (args: readonly string[]) => args.filter((word) => word.startsWith("-"));
    const different = new Map(
      calls.map((args) => [[...args.slice(0, 2), ...flags(args)].join(" "), args]),
    );
    for (const args of different.values()) {
      const { stdout } = await promisify(execFile)(pulumi, [...args, "--help"], { env });
      const named = args.filter((word) => /^[a-z]+$/.test(word)).slice(0, 1);
      assert.match(stdout, new RegExp(`^ +pulumi ${named.join(" ")} `, "m"), args.join(" "));
    }
  });
});

/** A page shows some keys of a stack file: what else these need is added. */
function stackOf(text: string): StackConfig {
  const yaml = readYaml(text) as Record<string, unknown>;
  const config = (yaml["config"] ?? yaml) as Record<string, unknown>;
  const raw = Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key.replace("zot-fleet:", ""), value]),
  );
  for (const key of Object.keys(raw).filter((each) => secretKeys.has(each)))
    raw[key] = "a secret of twelve characters";
  const signsIn = "oidc" in raw || "renewal" in raw;
  return parseStackConfig({
    cluster: { name: "ottawa", context: "ottawa", domain: "killinit.cc" },
    ...(signsIn ? { oidc: { issuer: "https://auth.killinit.cc/", clientId: "zot" } } : {}),
    ...(signsIn ? { oidcClientSecret: "x", access: { roles: { ci: ["group:builders"] } } } : {}),
    ...("apiKeys" in raw
      ? { deliveryTokens: { "git.killinit.cc": "x", "api.github.com": "x" } }
      : {}),
    ...raw,
  });
}

/** What `fleet promote` would have locked. */
function releasesOf({ seeds }: StackConfig): ReleaseLock {
  const release = {
    digest: `sha256:${"a".repeat(64)}`,
    mediaType: mediaTypes.ociManifest,
    children: [],
    referrers: [],
    cosignTags: [],
  };
  return seeds
    .flatMap(({ image, tags, from: source = "" }) =>
      source === "" ? [] : tags.map((tag) => ({ source, image, tag })),
    )
    .reduce((lock, name) => withRelease(lock, name, release), noReleases);
}
