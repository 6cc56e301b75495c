import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";

/** Permissive ones. */
const allowed = new Set([
  "MIT",
  "Apache-2.0",
  "BlueOak-1.0.0",
  "ISC",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "(BSD-3-Clause AND Apache-2.0)",
  "Python-2.0",
  "CC-BY-3.0",
  "CC0-1.0",
  "0BSD",
  "Unlicense",
]);

/** Their package.json points to a file: read, and MIT. */
const readByHand = ["node_modules/@logdna/tail-file"];

describe("licences", () => {
  it("of all that is installed to run are permissive", () => {
    const lock = readFileSync(resolve(__dirname, "../../package-lock.json"), "utf8");
    const { packages } = JSON.parse(lock) as {
      packages: Record<string, { dev?: boolean; license?: string }>;
    };
    const running = Object.entries(packages).filter(([path, { dev }]) => path !== "" && !dev);
    assert.ok(running.length > 200);
    const others = running.filter(([, { license = "" }]) => !allowed.has(license));
    assert.deepEqual(
      others.map(([path]) => path),
      readByHand,
    );
  });
});
