import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import fc from "fast-check";
import type { FleetStatus } from "../../../src/reports/status/fleetStatus";
import { fleetFormats } from "../../../src/reports/status/render/formats";
import { eight } from "./eight";
import { fleet } from "./fleet";

const { html, markdown } = fleetFormats;

/** The elements of a page by name, of its tags alone: what is text holds no `<`. */
const tags = (page: string) =>
  [...page.replace(/<(style|script)>[^]*?<\/\1>/g, "<$1></$1>").matchAll(/<(\/?[^\s<>]+)/g)].map(
    ([, name]) => name,
  );

/** What a reader sees: text without tags and entities. */
const words = (page: string) =>
  page
    .replace(/<(style|script)>[^]*?<\/\1>/g, "")
    .replace(/<[^>]*>/g, " ")
    .replace(/&(?:lt|gt|quot|amp|#39);/g, (entity) => entities[entity] ?? entity)
    .replace(/\s+/g, " ");
const entities: Record<string, string> = {
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&amp;": "&",
  "&#39;": "'",
};

/** The fleet with this in every text that somebody may choose. */
function named(name: string): FleetStatus {
  const [stack] = eight.stacks;
  const [row] = eight.images;
  assert.ok(stack && row);
  const finding = { code: "ZF1", title: name, status: "failed", detail: name, hint: name } as const;
  return {
    ...eight,
    stacks: [
      {
        ...stack,
        stack: name,
        reason: name,
        version: { declared: name, running: `${name}2` },
        storage: { declared: name, unknown: name },
        credentials: [{ account: name, since: "2026-01-01T00:00:00Z" }],
        keys: [{ name, expires: name, daysLeft: 1, state: "ends soon" }],
        findings: [{ ...finding, subject: name }],
        pending: [{ what: name, deployed: name, declared: name }],
        problems: [name],
      },
    ],
    images: [{ ...row, image: name, stacks: { [name]: { state: "held", digest: name } } }],
  };
}

describe("the page of a fleet", () => {
  it("tells all that the Markdown tells", () => {
    for (const what of [fleet, eight]) {
      const page = words(html(what));
      const lines = markdown(what)
        .replaceAll(/\\(.)/g, "$1")
        .replaceAll(/&(?:lt|gt|amp);/g, (entity) => entities[entity] ?? entity);
      const cells = lines
        .split("\n")
        .filter((line) => line.startsWith("|"))
        .flatMap((line) => line.split("|").map((cell) => cell.replaceAll("*", "").trim()))
        .filter((cell) => cell !== "" && !/^-+$|^Stack$/.test(cell));
      assert.ok(cells.length > 20);
      for (const cell of cells) assert.ok(page.includes(cell), cell);
      for (const { findings } of what.stacks)
        for (const { code, hint } of findings)
          assert.ok(page.includes(code) && page.includes(hint), code);
    }
  });

  it("lets in its own style and script, and nothing else; it refers to nothing outside", () => {
    const page = html(eight);
    const [, policy = ""] = /Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
    const of = (name: string) => new RegExp(`<${name}>([^]*?)</${name}>`).exec(page)?.[1] ?? "";
    const digest = (text: string) => createHash("sha256").update(text).digest("base64");
    assert.equal(
      policy,
      `default-src 'none'; style-src 'sha256-${digest(of("style"))}'; script-src 'sha256-${digest(of("script"))}'; base-uri 'none'; form-action 'none'`,
    );
    assert.ok(page.indexOf(policy) < page.indexOf("<style>"));
    const outside = [...page.matchAll(/\s(href|src|action|srcset|style|on\w+)="([^"]*)"/g)];
    for (const [, name, value = ""] of outside) assert.deepEqual([name, value[0]], ["href", "#"]);
    for (const [, id] of page.matchAll(/href="#([^"]*)"/g)) assert.ok(page.includes(`id="${id}"`));
    assert.doesNotMatch(of("style"), /url\(|@import/);
  });

  it("has headings that a screen reader finds, and regions that have a name and the focus", () => {
    const page = html(eight);
    assert.match(page, /^<!doctype html>\n<html lang="en">/);
    assert.equal(page.match(/<h1>/g)?.length, 1);
    const tables = page.match(/<table>/g)?.length ?? 0;
    assert.equal(tables, 3);
    const regions = [
      ...page.matchAll(
        /<h2 id="(\w+)">[^<]*<\/h2>\n<div class="scroll" role="region" aria-labelledby="(\w+)" tabindex="0">/g,
      ),
    ];
    assert.equal(regions.length, tables);
    for (const [, heading, region] of regions) assert.equal(heading, region);
    for (const row of page.match(/<tr>[^]*?<\/tr>/g) ?? [])
      assert.match(row, /^<tr><th scope="(?:col|row)">/);
    assert.doesNotMatch(page.replace(/<script>[^]*<\/script>/, ""), /<button/);
  });

  it("keeps names as text, whatever they are", () => {
    const usual = tags(html(named("ottawa")));
    const hostile = [
      "<script>alert(1)</script>",
      `"><img src=x onerror=alert(1)>`,
      "' onmouseover='x",
      "</style></script><!--",
      "&lt;b&gt; &amp;",
      "a\r\nb\u2028c",
      "\u202Egnp.exe",
      "\u0000\u001B[31m",
      "\uD800",
    ];
    for (const name of hostile) {
      const page = html(named(name));
      assert.deepEqual(tags(page), usual, name);
      assert.doesNotMatch(page, /[\u0000-\u0009\u000B-\u001F\u202E\uD800]/);
    }
    assert.ok(words(html(named("&lt;b&gt; <i>"))).includes("&lt;b&gt; <i>"), "it is escaped once");
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1 }), (name) => {
        assert.deepEqual(tags(html(named(name))), usual);
      }),
    );
  });

  it("shows no field that it does not know", () => {
    const canary = { password: "canary", asked: { accounts: [{ password: "canary" }] } };
    const what = {
      ...eight,
      ...canary,
      stacks: eight.stacks.map((stack) => ({
        ...stack,
        ...canary,
        credentials: stack.credentials.map((each) => ({ ...each, ...canary })),
        keys: stack.keys.map((each) => ({ ...each, ...canary })),
        findings: stack.findings.map((each) => ({ ...each, ...canary })),
      })),
    };
    assert.equal(html(what), html(eight));
  });

  it("is a page where there is nothing to see, too", () => {
    const page = html({ lookedAt: fleet.lookedAt, stacks: [], images: [] });
    assert.match(words(page), /0 stacks/);
    assert.doesNotMatch(page, /<table>/);
  });
});
