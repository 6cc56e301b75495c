import assert from "node:assert/strict";
import fc from "fast-check";
import { resultFormats } from "../../src/checks/resultFormats";
import { code, codeCell, escaped, fenced } from "../../src/render/markdown";
import { lockFormats } from "../../src/cli/lockFormats";
import { promoteFormats } from "../../src/cli/promoteFormats";
import { planFormats } from "../../src/cli/retentionFormats";
import { diagnosisFormats } from "../../src/doctor/render";
import type { Inspection } from "../../src/reports/inspect/inspection";
import { inspectionFormats } from "../../src/reports/inspect/render";
import { comment } from "../../src/reports/preview/comment";
import { describe as describePreview } from "../../src/reports/preview/describe";
import { readPreview } from "../../src/reports/preview/readPreview";
import { fleetFormats } from "../../src/reports/status/render/formats";
import { fleet } from "../reports/status/fleet";
import { hostileText, proseOf } from "../support/hostileText";
import { awkward } from "./results";

/** What somebody could put into a name, a tag, an image's config or an error. */
const hostile = "a\u001B]0;x\u0007\n# h1 <img src=x> @team #12 **b** [c](http://d)` &lt; \u202E| e";

/** What steers a terminal or turns a text around; a line's end is looked for by what begins the next. */
const control = /(?!\n)[\p{Cc}\p{Zl}\p{Zp}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/u;

/** The same data with a text in every text that is not of a fixed set. */
function poisoned<T>(value: T, text: string, key = ""): T {
  if (typeof value === "string")
    return (fixed.has(key) || /^\d{4}-/.test(value) ? value : `${value}${text}`) as T;
  if (Array.isArray(value)) return value.map((each: unknown) => poisoned(each, text, key)) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, poisoned<unknown>(each, text, name)]),
  ) as T;
}
const fixed = new Set(["status", "verdict", "state", "kind", "fate", "code", "toldBy"]);

const digest = `sha256:${"a".repeat(64)}`;
const inspection: Inspection = {
  registry: "https://oci.test",
  repository: "team/app",
  reference: "latest",
  digest,
  mediaType: "application/vnd.oci.image.index.v1+json",
  size: 500,
  tags: ["1.0"],
  images: [
    {
      platform: "linux/arm64",
      digest,
      config: { digest, size: 1 },
      layers: [{ digest, size: 1, mediaType: "layer" }],
      bytes: 1,
      created: "then",
      starts: ["/app"],
      user: "app",
      workingDirectory: "/",
      environment: ["PATH"],
    },
  ],
  missing: [digest],
  runners: { pods: [{ namespace: "a", pod: "b", container: "c", node: "d", current: true }] },
};
const diagnosis = {
  findings: [
    { depth: 1, code: "ZD1", title: "t", subject: "s", detail: "d", hint: "h", command: "c" },
  ],
  seen: ["registry"],
  unexplained: false,
};
const lock = {
  state: "written" as const,
  changes: [{ kind: "added" as const, repository: "a", archive: "b", detail: "c" }],
};
const promoted = {
  state: "drifted" as const,
  changes: [{ kind: "changed" as const, source: "a", image: "b", tag: "1", detail: "d" }],
};
const plan = {
  dryRun: false,
  all: true,
  repositories: [
    { repository: "a", toldAt: 0, tags: [{ tag: "b", fate: "kept" as const, why: "c" }] },
  ],
};

/** A preview in which every text that somebody may choose is such a one. */
function preview(hostile: string) {
  const policy = { users: [hostile, "two words"], groups: [hostile], actions: ["read", hostile] };
  const conditions = [
    { expression: `req.reference in ["${hostile}"]` },
    { expression: `x == "${hostile}"` },
  ];
  const config = (access: object) => JSON.stringify({ http: { accessControl: access } });
  const values = (tag: string, access: object) => ({
    image: { tag },
    configFiles: { "config.json": config(access) },
    [hostile]: hostile,
  });
  const types: [string, object, object][] = [
    [
      "kubernetes:helm.sh/v3:Release",
      { name: hostile, version: "1", values: values("1", {}) },
      {
        name: hostile,
        version: hostile,
        values: values(hostile, {
          repositories: { [hostile]: { policies: [policy, { ...policy, conditions }] } },
          adminPolicy: policy,
        }),
      },
    ],
    ...[
      "kubernetes:core/v1:Namespace",
      "kubernetes:core/v1:PersistentVolumeClaim",
      "kubernetes:core/v1:Secret",
      "kubernetes:core/v1:ServiceAccountPatch",
      "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute",
      "pulumi-nodejs:dynamic/zot-fleet:Seed",
      "pulumi-nodejs:dynamic/zot-fleet:Account",
      "pulumi-nodejs:dynamic/zot-fleet:ApiKey",
      "pulumi-nodejs:dynamic/zot-fleet:Rotation",
      "command:local:Command",
      `other:${hostile}`,
    ].map((type): [string, object, object] => {
      const inputs = (size: string) => ({
        metadata: { name: hostile, namespace: hostile },
        spec: { hostnames: [hostile], resources: { requests: { storage: size } } },
        repository: hostile,
        tags: [hostile],
        platforms: [{ platform: hostile, config: size }],
        username: hostile,
        label: hostile,
        rotation: `${hostile}${size}`,
        other: `${hostile}${size}`,
      });
      return [type, inputs(hostile), inputs(`2${hostile}`)];
    }),
  ];
  const steps = types.flatMap(([type, old, now]) =>
    ["create", "update", "replace", "delete", "import"].map((op) => ({
      op,
      urn: `urn:pulumi:s::zot-fleet::${type}::${op === "update" ? "rotation" : hostile}`,
      ...(op === "create" || op === "import" ? {} : { oldState: { type, inputs: old } }),
      ...(op === "delete" ? {} : { newState: { type, inputs: now } }),
    })),
  );
  const told = (more: object) =>
    describePreview(readPreview(JSON.stringify({ steps, ...more }), hostile));
  const cluster = { "zot-fleet:cluster": { name: hostile } };
  const diagnostics = [{ severity: "error", message: `no\n\`\`\`\n${hostile}` }];
  return comment([told({ config: cluster }), told({ diagnostics })]);
}

const report = (text: string) => ({ target: `registry ${text}`, results: poisoned(awkward, text) });

const markdowns: Record<string, (text: string) => string> = {
  checks: (text) => resultFormats.markdown(report(text)),
  doctor: (text) => diagnosisFormats.markdown(poisoned(diagnosis, text)),
  inspect: (text) => inspectionFormats.markdown(poisoned(inspection, text)),
  status: (text) => fleetFormats.markdown(poisoned(fleet, text)),
  lock: (text) => lockFormats.markdown(poisoned(lock, text)),
  promote: (text) => promoteFormats.markdown(poisoned(promoted, text)),
  retention: (text) => planFormats.markdown(poisoned(plan, text)),
  "preview-report": preview,
};

const tables: Record<string, (text: string, color: boolean) => string> = {
  checks: (text, color) => resultFormats.table(report(text), { color }),
  doctor: (text, color) => diagnosisFormats.table(poisoned(diagnosis, text), { color }),
  inspect: (text, color) => inspectionFormats.table(poisoned(inspection, text), { color }),
  status: (text, color) => fleetFormats.table(poisoned(fleet, text), { color }),
  lock: (text) => lockFormats.table(poisoned(lock, text)),
  promote: (text) => promoteFormats.table(poisoned(promoted, text)),
  retention: (text) => planFormats.table(poisoned(plan, text)),
};

/** What is told, and what programs are told of it. */
const documents: Record<string, (text: string) => [told: unknown, json: string]> = {
  checks: (text) => [
    report(text).results.map(({ detail }) => detail),
    resultFormats.json(report(text)),
  ],
  doctor: (text) => both(poisoned(diagnosis, text), diagnosisFormats.json),
  inspect: (text) => both(poisoned(inspection, text), inspectionFormats.json),
  status: (text) => both({ version: 1, ...poisoned(fleet, text) }, fleetFormats.json),
  lock: (text) => both(poisoned(lock, text), lockFormats.json),
  promote: (text) => both(poisoned(promoted, text), promoteFormats.json),
};
const both = <T>(told: T, json: (told: T) => string): [T, string] => [told, json(told)];

function assertMarkdownIsText(whole: string): void {
  assert.doesNotMatch(whole, control);
  const prose = proseOf(whole);
  assert.doesNotMatch(prose.replace("<!-- zot-fleet: preview-report -->", ""), /<(?!\/)/);
  assert.doesNotMatch(prose, /@(?!\u200B)|(?<!&)#(?=\d)|(?<!\\)\*\*b|(?<!\\)\[c|^# h1/m);
  for (const rows of whole.match(/(?:^\|.*\n)+/gm) ?? []) {
    const columns = rows
      .trim()
      .split("\n")
      .map((row) => row.split(/(?<!\\)\|/).length);
    assert.equal(new Set(columns).size, 1, rows);
  }
}

function assertTableIsText(text: string): void {
  // Our own colours are CSI sequences that end in m.
  assert.doesNotMatch(text.replace(/\u001B\[\d+m/g, ""), control);
  assert.doesNotMatch(text, /^# h1/m);
}

describe("text that is not ours", () => {
  for (const [name, write] of Object.entries(markdowns))
    it(`stays text in the Markdown of ${name}`, () => {
      assert.match(write(hostile), /h1/, "it is told");
      assertMarkdownIsText(write(hostile));
      assert.doesNotMatch(proseOf(write(hostile)), /&lt; /, "an entity of theirs");
      fc.assert(
        fc.property(hostileText, (text) => {
          assertMarkdownIsText(write(text));
        }),
      );
    });

  for (const [name, write] of Object.entries(tables))
    it(`steers no terminal in the table of ${name}`, () => {
      assert.match(write(hostile, false), /h1/, "it is told");
      fc.assert(
        fc.property(hostileText, fc.boolean(), (text, color) => {
          assertTableIsText(write(text, color));
        }),
        { examples: [false, true].map((color) => [hostile, color]) },
      );
    });

  for (const [name, write] of Object.entries(documents))
    it(`steers no terminal in the JSON of ${name}, which says the same`, () => {
      fc.assert(
        fc.property(hostileText, (text) => {
          const [told, json] = write(text);
          assert.doesNotMatch(json, control);
          const { writtenBy: _, ...read } = JSON.parse(json) as {
            writtenBy?: string;
            results?: { detail: string }[];
          };
          const same = name === "checks" ? read.results?.map(({ detail }) => detail) : read;
          assert.deepEqual(same, JSON.parse(JSON.stringify(told)));
        }),
      );
    });

  it("is escaped once: what a reader sees is what was written", () => {
    assert.equal(escaped("a & <b> | `c`"), "a &amp; &lt;b&gt; \\| \\`c\\`");
    assert.equal(escaped("@team #12"), "@\u200Bteam \\#\u200B12");
    assert.equal(escaped("- a"), "\\- a");
    assert.equal(escaped("1. a"), "1\\. a");
    assert.equal(code("a`b|c@d"), "`a'b|c@\u200Bd`");
    assert.equal(code(""), "` `");
    assert.equal(codeCell("a|b"), "`a\\|b`");
    assert.equal(fenced("a\n```\nb"), "```\na\n'''\nb\n```");
  });
});
