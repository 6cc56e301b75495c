import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { comment, marker, mostBytes } from "../../../src/reports/preview/comment";
import {
  describe as describePreview,
  type ClusterReport,
} from "../../../src/reports/preview/describe";
import { redactedText } from "../../../src/reports/preview/redacted";
import { readPreview } from "../../../src/reports/preview/readPreview";
import { sample, sampleNames, sampleText } from "./samples";

/** Each is one comment, of these samples. */
const examples: Record<string, string[]> = {
  rotation: ["rotation"],
  "chart-upgrade": ["chart-upgrade"],
  access: ["access"],
  storage: ["storage"],
  "six-clusters": [
    "rotation",
    "unchanged",
    "moves-in",
    "new-cluster",
    "other-namespace",
    "refused",
  ],
  "new-image": ["new-image"],
};

const commentOf = (names: string[]) => comment(names.map((name) => describePreview(sample(name))));

describe("preview-report", () => {
  for (const [name, samples] of Object.entries(examples)) {
    // ZOT_FLEET_WRITE_EXAMPLES=1 writes them anew.
    it(`tells of ${name} as the example shows`, () => {
      const path = join(__dirname, "examples", `${name}.md`);
      const text = commentOf(samples);
      if (process.env["ZOT_FLEET_WRITE_EXAMPLES"] === "1") writeFileSync(path, text);
      assert.equal(text, readFileSync(path, "utf8"));
    });
  }

  it("tells of API keys that a line leaves behind which follows a line, and of no others", () => {
    const dynamic = (name: string) => `pulumi-nodejs:dynamic/zot-fleet:${name}`;
    const step = (type: string, name: string, before: object, now: object) => ({
      op: "update",
      urn: `urn:pulumi:ottawa::zot-fleet::${dynamic(type)}::${name}`,
      oldState: { type: dynamic(type), inputs: before },
      newState: { type: dynamic(type), inputs: now },
    });
    const admin = { username: "admin", password: "[secret]" };
    const line = { lines: [{ username: "admin", entry: "[secret]" }] };
    const told = (...steps: object[]) =>
      describePreview(readPreview(JSON.stringify({ steps }), "ottawa"))
        .changes.filter(({ words }) => words.includes("API keys"))
        .map(({ words, risk }) => [words, risk]);
    const account = step("Account", "admin", admin, admin);
    assert.deepEqual(told(account, step("KeyRevocationEnd", "key-revocation-end", line, line)), [
      [
        "API keys of `admin` still work: one password line follows another, and without a password they cannot be listed",
        true,
      ],
    ]);
    const none = { lines: [] };
    for (const other of [
      [account, step("KeyRevocationEnd", "key-revocation-end", none, line)],
      [account, step("KeyRevocationEnd", "key-revocation-end", line, none)],
      [step("KeyRevocationEnd", "key-revocation-end", line, line)],
      [account],
    ])
      assert.deepEqual(told(...other), []);
  });

  it("tells of an API key by its label, and of its end as a risk", () => {
    const type = "pulumi-nodejs:dynamic/zot-fleet:ApiKey";
    const inputs = { label: "zot-fleet:ottawa/builds", account: "[secret]" };
    const beside = { type, inputs: { ...inputs, foreign: ["team/app"] } };
    const told = (op: string, sides: object) => {
      const urn = `urn:pulumi:ottawa::zot-fleet::${type}::builds`;
      const { changes } = describePreview(
        readPreview(JSON.stringify({ steps: [{ op, urn, ...sides }] }), "ottawa"),
      );
      return changes.map(({ words, risk = false }) => [words, risk]);
    };
    const state = { type, inputs };
    assert.deepEqual(told("create", { newState: state }), [
      ["the API key `zot-fleet:ottawa/builds` is made and delivered", false],
    ]);
    assert.deepEqual(told("update", { oldState: state, newState: state }), [
      ["the API key `zot-fleet:ottawa/builds` is renewed, or delivered anew", false],
    ]);
    assert.deepEqual(told("delete", { oldState: state }), [
      ["the API key `zot-fleet:ottawa/builds` stops working", true],
    ]);
    assert.deepEqual(told("create", { newState: beside }), [
      [
        "the API key `zot-fleet:ottawa/builds` is made and delivered; the Secret `team/app` is there and not ours: only the keys of the login are written",
        true,
      ],
    ]);
    assert.deepEqual(told("update", { oldState: beside, newState: beside }), [
      ["the API key `zot-fleet:ottawa/builds` is renewed, or delivered anew", false],
    ]);
    assert.deepEqual(told("delete", { oldState: beside }), [
      [
        "the API key `zot-fleet:ottawa/builds` stops working; the Secret `team/app` stays, without it",
        true,
      ],
    ]);
  });

  it("puts risks first, and each cluster that is unchanged in one line", () => {
    const text = commentOf(["unchanged", "access", "rotation"]);
    assert.ok(text.startsWith(marker));
    assert.ok(text.indexOf("opens `public/**` to anonymous") < text.indexOf("### "));
    assert.match(text, /\*\*Unchanged:\*\* `lisbon`\.\n/);
    assert.doesNotMatch(text, /### `lisbon`/);
  });

  it("shows no line of an htpasswd file that an imported release holds", () => {
    assert.match(sampleText("moves-in"), /\$2y\$/);
    for (const name of sampleNames) assert.doesNotMatch(commentOf([name]), /\$2y\$|"auths"|zak_/);
  });

  it("shows neither side of what looks like a credential, wherever it stands", () => {
    const hash = "$2y$05$abcdefghijklmnopqrstuuOq3kZ0Yl5iIhUe1r0bQmXv9nT7sW2ya";
    const secret = fc.constantFrom(
      ["note", `team:${hash}`],
      ["note", "zak_0123456789abcdef"],
      ["note", "https://ada:hunter22@example"],
      ["note", "0123456789abcdef0123456789abcdef01"],
      ["password", "hunter22"],
      ["adminPassword", "hunter22"],
      ["clientSecret", "hunter22"],
      ["note", '{"auths":{"oci.example":{"auth":"aHVudGVyMjI="}}}'],
      ["htpasswd", "hunter22"],
      ["note", "authorization: bearer abc"],
      ["note", "Basic YTpi"],
      ["note", "AbCd1234EfGh5678"],
      ["note", "ghp_abcdef123"],
      ["accessKey", "abc123"],
    );
    const types = ["kubernetes:helm.sh/v3:Release", "kubernetes:apps/v1:Deployment"];
    fc.assert(
      fc.property(
        secret,
        fc.constantFrom(...types),
        fc.boolean(),
        ([key = "", value = ""], type, before) => {
          const holds = { values: { nested: { [key]: value } } };
          const none = { values: { nested: { [key]: "x" } } };
          const step = {
            op: "update",
            urn: `urn:pulumi:s::zot-fleet::${type}::zot`,
            oldState: { type, inputs: before ? holds : none },
            newState: { type, inputs: before ? none : holds },
          };
          const diagnostics = [{ severity: "error", message: `error: ${key}: ${value}` }];
          for (const preview of [{ steps: [step] }, { steps: [step], diagnostics }]) {
            const text = comment([describePreview(readPreview(JSON.stringify(preview), "s"))]);
            assert.ok(!text.includes(value), text);
          }
        },
      ),
    );
  });

  it("takes credentials out of the engine's words, however they are said", () => {
    const said: [string, string][] = [
      ["the password is hunter2", "hunter2"],
      ["password was 'two words'", "two words"],
      ['the passphrase "two words" fails', "two words"],
      ["Authorization: bearer X1", "X1"],
      ['{"authorization":"Bearer abc"}', "abc"],
      ["proxy-authorization = basic YTpi", "YTpi"],
      ["sent Basic YTpi to it", "YTpi"],
      ["api_key=k1", "k1"],
      ["the key AbCd1234EfGh5678.", "AbCd1234EfGh5678"],
      ["accessKey: k1", "k1"],
      ["https://ada:hun/ter@host", "hun/ter"],
      ["token is glpat-abcdef", "abcdef"],
    ];
    for (const [text, value] of said) {
      const shown = redactedText(text);
      assert.ok(!shown.includes(value), shown);
    }
  });

  it("leaves words that are no credentials", () => {
    for (const text of [
      "the password is not set",
      "basic authentication is required, or a bearer token",
      'Bearer realm="https://auth.example"',
      "zot-fleet:adminPassword\n    found:    a secret in plain text, which is not shown",
      "kubernetes:core/v1:PersistentVolumeClaim zot-pvc-zot-0 sha256:0123456789abcdef0123456789abcdef",
      "the Secret zot/zot-pull-secret is forbidden",
    ])
      assert.equal(redactedText(text), text);
  });

  it("stays below what a forge takes, and names every cluster", () => {
    const many = Array.from({ length: 400 }, (_, number): ClusterReport => ({
      ...describePreview(sample("rotation")),
      cluster: `cluster-${number}`,
    }));
    const text = comment(many);
    assert.ok(Buffer.byteLength(text) <= mostBytes);
    for (const { cluster } of many) assert.ok(text.includes(`### \`${cluster}\``));
    assert.ok(Buffer.byteLength(comment(many, 2000)) <= 2000);
  });

  it("refuses what is no preview, without repeating it", () => {
    for (const text of ["hunter22", '{"steps": "hunter22"}'])
      assert.throws(
        () => readPreview(text, "a.json"),
        (error: Error) =>
          error.message.startsWith("a.json is not what") && !error.message.includes("hunter22"),
      );
  });
});
