import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { refusedByCosign } from "../../src/seeding/cosign";
import { useScratch } from "../images/scratch";

const signed = { payload: Buffer.from("payload"), signature: "c2lnbmF0dXJl", pem: "pem" };

describe("cosign", () => {
  const scratch = useScratch();
  const path = process.env["PATH"] ?? "";
  afterEach(() => {
    process.env["PATH"] = path;
    delete process.env["COSIGN_CANARY"];
  });

  /** Puts a program in its place. */
  function stand(script: string): void {
    mkdirSync(scratch("bin"), { recursive: true });
    writeFileSync(scratch("bin/cosign"), `#!/bin/sh\n${script}\n`);
    chmodSync(scratch("bin/cosign"), 0o755);
    process.env["PATH"] = `${scratch("bin")}:${path}`;
  }

  it("is given files alone, in a folder of their own that goes with it", async () => {
    process.env["COSIGN_CANARY"] = "canary";
    stand(`{ pwd; env; echo "$@"; ls -l "$HOME"; cat "$HOME"/*; } > ${scratch("seen")}`);
    assert.equal(await refusedByCosign(signed), undefined);
    const seen = readFileSync(scratch("seen"), "utf8");
    assert.doesNotMatch(seen, /canary/);
    const [, home = ""] = /^HOME=(.*)$/m.exec(seen) ?? [];
    assert.ok(
      seen.includes(
        `verify-blob --key ${home}/key.pub --signature ${home}/signature --insecure-ignore-tlog=true ${home}/payload\n`,
      ),
      seen,
    );
    assert.equal(seen.match(/^-rw-------/gm)?.length, 3, seen);
    assert.match(seen, /pempayloadc2lnbmF0dXJl$/);
    assert.ok(!existsSync(home));
  });

  it("is quoted where it says no", async () => {
    stand(
      'echo "Flag --x is deprecated" >&2; echo "Error: invalid  signature" >&2; echo "main.go:1: again" >&2; exit 1',
    );
    assert.equal(await refusedByCosign(signed), "invalid signature");
    stand("echo only this >&2; exit 12");
    assert.equal(await refusedByCosign(signed), "only this");
  });

  it("has not said yes where it was killed or cannot be started", async () => {
    stand("kill -9 $$");
    await assert.rejects(refusedByCosign(signed), /^CosignError: cosign did not come to an end/);
    writeFileSync(scratch("bin/cosign"), "#!/nowhere/sh\n");
    await assert.rejects(refusedByCosign(signed), /^CosignError: cosign did not come to an end/);
    stand("exit 7");
    assert.match((await refusedByCosign(signed)) ?? "", /Command failed/);
  });
});
