import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { useFakes } from "../support/fakeRegistry";
import { skipWithout } from "../support/skip";
import { fleet } from "./fleet";

const root = join(__dirname, "..", "..");

describe("what commands show while they work", function () {
  const fakes = useFakes();
  const asked = async () => {
    const { url } = await fakes.server((_, response) => {
      response.setHeader("docker-distribution-api-version", "registry/2.0");
      // Longer than the line stands still: what is done at once is never drawn.
      setTimeout(() => response.end("{}"), 300);
    });
    return ["verify", "--url", url, "--only", "ZF102"];
  };

  /** What stands on a terminal in the end is what was written after the last return to a line's start. */
  async function onTerminal(this: Mocha.Context, env: NodeJS.ProcessEnv = {}): Promise<string> {
    const script = skipWithout("script", this);
    const words = [process.execPath, "--import=tsx", "src/cli/main.ts", ...(await asked())];
    const { CI: _, NO_COLOR: __, ...own } = process.env;
    const { stdout } = await promisify(execFile)(
      script,
      ["--quiet", "--command", words.join(" "), "/dev/null"],
      { cwd: root, env: { ...own, TERM: "xterm", ...env } },
    );
    return stdout;
  }

  it("is one line that moves on a terminal, and is gone in the end", async function () {
    const seen = await onTerminal.call(this, { NO_COLOR: "1" });
    assert.match(
      seen,
      /\r\u001b\[K +\d+s {2}ZF102 it speaks the registry API, version 2 \(2 of \d+\)/,
    );
    const [, last = ""] = /^[^]*\r\u001b\[K([^]*)$/.exec(seen) ?? [];
    assert.match(last, /^http:\/\/127\.0\.0\.1:\d+\r\n\r\n√ passed/);
    assert.doesNotMatch(seen.replaceAll("\r\u001b[K", ""), /\u001b/, "NO_COLOR");
    assert.doesNotMatch(last, /\ds {2}ZF/);
  });

  it("is nothing in CI", async function () {
    assert.doesNotMatch(
      await onTerminal.call(this, { CI: "true", NO_COLOR: "1" }),
      /\u001b|\ds {2}ZF/,
    );
  });

  it("is nothing in a pipe", async () => {
    const { stdout, stderr } = await fleet(await asked());
    assert.equal(stderr, "");
    assert.doesNotMatch(stdout, /\u001b|\r/);
  });
});
