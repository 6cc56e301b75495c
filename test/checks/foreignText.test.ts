import assert from "node:assert/strict";
import { resultFormats } from "../../src/checks/resultFormats";
import { code, codeCell, escaped, fenced } from "../../src/render/markdown";
import { lockFormats } from "../../src/cli/lockFormats";
import { planFormats } from "../../src/cli/retentionFormats";
import { diagnosisFormats } from "../../src/doctor/render";
import type { Inspection } from "../../src/reports/inspect/inspection";
import { inspectionFormats } from "../../src/reports/inspect/render";
import { comment } from "../../src/reports/preview/comment";
import { describe as describePreview } from "../../src/reports/preview/describe";
import { readPreview } from "../../src/reports/preview/readPreview";
import { fleetFormats } from "../../src/reports/status/render/formats";
import { fleet } from "../reports/status/fleet";
import { awkward } from "./results";

/** What somebody could put into a name, a tag, an image's config or an error. */
const hostile = "a\u001B]0;x\u0007\n# h1 <img src=x> @team #12 **b** [c](http://d)` &lt; \u202E| e";

const control = new RegExp(String.raw`[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202E]`);

/** The same data with that in every text that is not of a fixed set. */
function poisoned<T>(value: T, key = ""): T {
  if (typeof value === "string")
    return (fixed.has(key) || /^\d{4}-/.test(value) ? value : `${value}${hostile}`) as T;
  if (Array.isArray(value)) return value.map((each: unknown) => poisoned(each, key)) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, poisoned<unknown>(each, name)]),
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
const plan = {
  dryRun: false,
  all: true,
  repositories: [
    { repository: "a", toldAt: 0, tags: [{ tag: "b", fate: "kept" as const, why: "c" }] },
  ],
};

/** A preview in which every text that somebody may choose is such a one. */
function preview() {
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

const report = { target: hostile, results: poisoned(awkward) };

const markdowns: Record<string, () => string> = {
  checks: () => resultFormats.markdown(report),
  doctor: () => diagnosisFormats.markdown(poisoned(diagnosis)),
  inspect: () => inspectionFormats.markdown(poisoned(inspection)),
  status: () => fleetFormats.markdown(poisoned(fleet)),
  lock: () => lockFormats.markdown(poisoned(lock)),
  retention: () => planFormats.markdown(poisoned(plan)),
  "preview-report": preview,
};

const tables: Record<string, (color: boolean) => string> = {
  checks: (color) => resultFormats.table(report, { color }),
  doctor: (color) => diagnosisFormats.table(poisoned(diagnosis), { color }),
  inspect: (color) => inspectionFormats.table(poisoned(inspection), { color }),
  status: (color) => fleetFormats.table(poisoned(fleet), { color }),
  lock: () => lockFormats.table(poisoned(lock)),
  retention: () => planFormats.table(poisoned(plan)),
};

/** Markdown without its blocks and spans of code, where text is text; the spans themselves are looked at first. */
function withoutCode(text: string): string {
  return text.replace(/^ *```[^]*?^ *```$/gm, "").replace(/(?<!\\)`[^`\n]*`/g, "");
}

describe("text that is not ours", () => {
  for (const [name, write] of Object.entries(markdowns))
    it(`stays text in the Markdown of ${name}`, () => {
      const whole = write();
      assert.match(whole, /h1/, "it is told");
      assert.doesNotMatch(whole, control);
      const prose = withoutCode(whole);
      assert.doesNotMatch(prose.replace("<!-- zot-fleet: preview-report -->", ""), /<(?!\/)/);
      assert.doesNotMatch(prose, /@team|(?<!&)#12|(?<!\\)\*\*b|(?<!\\)\[c|&lt; |^# h1/m);
      for (const rows of whole.match(/(?:^\|.*\n)+/gm) ?? []) {
        const columns = rows
          .trim()
          .split("\n")
          .map((row) => row.split(/(?<!\\)\|/).length);
        assert.equal(new Set(columns).size, 1, rows);
      }
    });

  for (const [name, write] of Object.entries(tables))
    it(`steers no terminal in the table of ${name}`, () => {
      for (const color of [false, true]) {
        const text = write(color);
        assert.match(text, /h1/, "it is told");
        // Our own colours are CSI sequences that end in m.
        assert.doesNotMatch(
          text.replace(/\u001B\[\d+m/g, ""),
          /[\u0000-\u0009\u000B-\u001F\u202E]/,
        );
        assert.doesNotMatch(text, /^# h1/m);
      }
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
