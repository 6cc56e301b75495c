import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { SecretSearch } from "../support/secretSearch";

const secrets = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9_-]{16,40}$/),
  fc.stringMatching(/^\$2[aby]\$10\$[./A-Za-z0-9]{53}$/),
  fc
    .tuple(fc.string({ unit: "grapheme", maxLength: 8 }), fc.stringMatching(/^[a-z0-9]{16,24}$/))
    .map(([odd, id]) => `${odd}${id}"<&>' %+/\\\n${odd}`),
);

type Spelling = [name: string, spell: (text: string) => string];
const base64 = (text: string) => Buffer.from(text).toString("base64");
const written: Spelling[] = [
  ["raw", (text) => text],
  ["JSON", (text) => JSON.stringify({ text })],
  ["JSON in JSON", (text) => JSON.stringify({ text: JSON.stringify({ text }) })],
  [
    "Go's JSON",
    (text) =>
      JSON.stringify(text).replace(/[<>&]/g, (c) => `\\u00${Buffer.from(c).toString("hex")}`),
  ],
  ["URL", (text) => `https://x/?a=${encodeURIComponent(text)}&b`],
  ["a form", (text) => new URLSearchParams({ text }).toString()],
  ["hex", (text) => Buffer.from(text).toString("hex")],
  ["HEX", (text) => Buffer.from(text).toString("hex").toUpperCase()],
  ["base64", base64],
  ["base64 after one byte", (text) => base64(`x${text}`)],
  ["base64 after two bytes", (text) => base64(`xy${text}z`)],
  ["base64url", (text) => Buffer.from(`ada:${text}`).toString("base64url")],
  [
    "HTML",
    (text) =>
      `<b>${text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;").replaceAll("'", "&#39;")}</b>`,
  ],
];

type Packing = [name: string, pack: (bytes: Buffer) => Buffer];
const packings: Packing[] = [
  ["gzip", (bytes) => gzipSync(bytes)],
  [
    "gzip within bytes",
    (bytes) => Buffer.concat([Buffer.from("head"), gzipSync(bytes), Buffer.from([0, 1])]),
  ],
  ["base64", (bytes) => Buffer.from(` ${bytes.toString("base64")}\n`)],
  ["base64 behind a word", (bytes) => Buffer.from(`{"token":"v1-${bytes.toString("base64")}"}`)],
  ["base64url", (bytes) => Buffer.from(`.${bytes.toString("base64url")}.`)],
];
const named = <T extends readonly [string, unknown]>(all: readonly T[]) =>
  fc
    .constantFrom(...all)
    .map((each) => Object.assign([...each] as unknown as T, { toString: () => each[0] }));

describe("SecretSearch", () => {
  it("finds a secret in every spelling, packed however deep", () => {
    const around = fc.string({ maxLength: 30 });
    fc.assert(
      fc.property(
        secrets,
        named(written),
        fc.array(named(packings), { maxLength: 3 }),
        fc.tuple(around, around),
        (secret, [, spell], packed, [before, after]) => {
          const text = Buffer.from(`${before} ${spell(secret)} ${after}`);
          const content = packed.reduce<Buffer>((bytes, [, pack]) => pack(bytes), text);
          assert.deepEqual(new SecretSearch({ canary: secret }).in(content), ["canary"]);
        },
      ),
    );
  });

  it("finds half of a secret", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9]{16}$/), fc.boolean(), (id, first) => {
        const secret = `${id}" +/${id.split("").reverse().join("")}`;
        const half = first ? secret.slice(0, 16) : secret.slice(-16);
        assert.deepEqual(new SecretSearch({ canary: secret }).in(`it says ${half}…`), ["canary"]);
      }),
    );
  });

  it("finds none where there is none", () => {
    fc.assert(
      fc.property(
        secrets,
        fc.string({ unit: "binary" }),
        fc.array(named(packings), { maxLength: 3 }),
        (secret, text, packed) => {
          const content = packed.reduce<Buffer>(
            (bytes, [, pack]) => pack(bytes),
            Buffer.from(text),
          );
          assert.deepEqual(new SecretSearch({ canary: secret }).in(content), []);
        },
      ),
    );
  });

  it("finds what Helm keeps of a release, as the API server gives it", () => {
    const release = gzipSync(JSON.stringify({ config: { password: "canary-of-a-release" } }));
    const data = Buffer.from(release.toString("base64")).toString("base64");
    const secret = JSON.stringify({ kind: "Secret", data: { release: data } });
    assert.deepEqual(new SecretSearch({ it: "canary-of-a-release" }).in(secret), ["it"]);
  });

  it("refuses a secret that is empty", () => {
    assert.throws(() => new SecretSearch({ it: "" }), /it is empty/);
  });
});
