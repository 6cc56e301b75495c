import { z } from "zod";
import { overlap } from "../zot/glob";
import { ruleClashes } from "../zot/ruleClashes";
import { neededVersion, supports, unsupportedMessage } from "../zot/versions";
import { accessSchema } from "./access";
import type { Problem } from "./problem";
import { upstreamOf, upstreamsSchema } from "./upstreams";
import { found, listed, pathText } from "./words";
import { zotSchema } from "./zot";

/** What is wrong between access, caches, seeds and Zot's version; looks at raw values. */
export function accessProblems(raw: Readonly<Record<string, unknown>>): Problem[] {
  const access = accessSchema.safeParse(raw["access"] ?? {}).data;
  const names = upstreamNames(raw["upstreams"]);
  return [
    ...(access === undefined ? [] : rulesThatClash(access.rules, names)),
    ...movingProblems(access?.moving ?? [], raw["zot"]),
    ...seedsInCaches(raw["seeds"], names),
  ];
}

function upstreamNames(raw: unknown): string[] {
  const { data = [] } = upstreamsSchema.safeParse(raw ?? []);
  return data.map((each) => upstreamOf(each).name);
}

function rulesThatClash(
  rules: readonly { repositories: string }[],
  upstreams: readonly string[],
): Problem[] {
  const patterns = rules.map(({ repositories }) => repositories);
  const path = (index: number) => pathText(["access", "rules", index, "repositories"]);
  const cached = patterns.flatMap((pattern, index): Problem[] => {
    const name = upstreams.find((each) => overlap(`${each}/**`, pattern));
    if (name === undefined) return [];
    return [
      {
        path: path(index),
        found: `${found(pattern)}, which reaches into the cache of ${name}`,
        allowed: "a pattern of repositories that are no cache's",
        hint: `who may pull what is cached is said by access.tier, access.allow and anonymous of the upstream`,
      },
    ];
  });
  const clashing = ruleClashes(patterns).map(({ index, problem }) => ({
    path: path(index),
    found: `${found(patterns[index])}, ${problem}`,
    allowed:
      "patterns of which any two share no repository, or one lies within the other and is longer",
    ...longer(patterns, index),
  }));
  return [...cached, ...clashing];
}

/** A pattern that says the same of a repository, and of those below it, in more characters. */
function longer(patterns: readonly string[], index: number): { hint?: string } {
  const pattern = `${patterns[index] ?? ""}/**`;
  const mended = patterns.with(index, pattern);
  const helps = !pattern.endsWith("**/**") && !ruleClashes(mended).some((c) => c.index === index);
  return helps ? { hint: `write ${pattern}, which is longer` } : {};
}

function movingProblems(moving: readonly string[], rawZot: unknown): Problem[] {
  const { version } = zotSchema.shape;
  const read = z.object({ version: version.catch("") }).safeParse(rawZot ?? {}).data;
  if (moving.length === 0 || read === undefined || read.version === "") return [];
  if (supports(read.version, "policyConditions")) return [];
  return [
    {
      path: pathText(["access", "moving"]),
      found: `${found(moving)} with Zot ${read.version}`,
      allowed: `nothing: ${unsupportedMessage(read.version, "policyConditions")}`,
      hint: `set ${pathText(["zot", "version"])} to ${neededVersion("policyConditions")} or newer, or leave this out`,
    },
  ];
}

function seedsInCaches(raw: unknown, upstreams: readonly string[]): Problem[] {
  const seeds = z.array(z.object({ image: z.string().catch("") })).safeParse(raw ?? []).data ?? [];
  return seeds.flatMap(({ image }, index): Problem[] => {
    const name = upstreams.find((each) => image === each || image.startsWith(`${each}/`));
    if (name === undefined) return [];
    return [
      {
        path: pathText(["seeds", index, "image"]),
        found: `${found(image)}, which lies in the cache of ${name}`,
        allowed: `a repository outside of ${listed(upstreams)}`,
      },
    ];
  });
}

/** Accounts at upstreams without a password, and passwords without an account; looks at raw values. */
export function passwordProblems(raw: Readonly<Record<string, unknown>>): Problem[] {
  const { data = [] } = upstreamsSchema.safeParse(raw["upstreams"] ?? []);
  const upstreams = data.map(upstreamOf);
  const passwords = z
    .record(z.string(), z.unknown())
    .safeParse(raw["upstreamPasswords"] ?? {}).data;
  const needed = upstreams.filter(({ username }) => username !== undefined);
  const names = needed.map(({ name }) => name);
  const missing = upstreams.flatMap(({ name, username }, index): Problem[] =>
    username === undefined || passwords === undefined || Object.hasOwn(passwords, name)
      ? []
      : [
          {
            path: pathText(["upstreams", index, "username"]),
            found: `${found(username)}, and no password for ${name}`,
            allowed: `a user name whose password stands in ${pathText(["upstreamPasswords"])}`,
          },
        ],
  );
  const spare = Object.keys(passwords ?? {})
    .filter((name) => !names.includes(name))
    .map((name) => ({
      path: pathText(["upstreamPasswords", name]),
      found: "a password that nobody needs",
      allowed:
        names.length === 0
          ? "nothing: no upstream has a username"
          : `a password for ${listed(names)}`,
    }));
  return [...missing, ...spare];
}
