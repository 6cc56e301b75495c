import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { mediaTypes } from "../../src/images/mediaTypes";
import type { Descriptor } from "../../src/images/manifest";
import { parseReleases } from "../../src/seeding/releases";
import { fleet } from "../cli/fleet";
import { useScratch } from "../images/scratch";
import { here, there, users, usePromotion } from "../support/promotion";
import { pushImage } from "../support/push";
import { keyPair, pushSignature } from "../support/signing";
import { skipWithout } from "../support/skip";

describe("promote, from a source whose images have to be signed", function () {
  this.timeout(300_000);
  const zots = usePromotion();
  const scratch = useScratch();
  const [ci, other] = [keyPair(), keyPair()];
  before(function () {
    skipWithout("cosign", this);
    mkdirSync(scratch("stacks"));
    mkdirSync(scratch("keys"));
    // All that a command needs, and no cosign.
    mkdirSync(scratch("bin"));
    symlinkSync(process.execPath, scratch("bin/node"));
    writeFileSync(scratch("Pulumi.yaml"), "name: zot-fleet\n");
    writeFileSync(scratch(ci.signedBy.path), ci.publicPem);
    const accra = { url: zots.accra.url, prefix: "fleet" };
    for (const [stack, source] of Object.entries({
      ottawa: { ...accra, signedBy: ci.signedBy.path },
      lisbon: accra,
    })) {
      const config = {
        "zot-fleet:cluster": { name: stack, context: stack, domain: `${stack}.example` },
        "zot-fleet:sources": { accra: source },
        "zot-fleet:seeds": [{ image: here, tags: ["3.0", "3.1"], from: "accra" }],
      };
      writeFileSync(scratch(`stacks/Pulumi.${stack}.yaml`), JSON.stringify({ config }));
    }
  });

  const lock = () => scratch("stacks/releases.lock");
  const read = () => readFileSync(lock(), "utf8");
  const locked = (tag: string) => parseReleases(read()).sources["accra"]?.[here]?.[tag];
  const promote = (stack: string, args: string[], env: Record<string, string> = {}) =>
    fleet(
      ["promote", ...args, "--from", "accra", "-s", stack, "--username", "reader"].concat(
        "--password-stdin",
      ),
      { cwd: scratch(""), input: users.reader, env },
    );
  async function image(tag: string): Promise<Descriptor> {
    const { digest, bytes } = await pushImage(zots.atAccra, there, tag, `commanded ${tag}`);
    return { mediaType: mediaTypes.ociManifest, digest, size: bytes.length };
  }

  it("locks what is signed with the key, all or nothing, and needs cosign for it", async () => {
    const subject = await image("3.0");
    const unsigned = await image("3.1");
    const key = ci.privateKey;
    await pushSignature(zots.atAccra, there, { subject, key, as: "tag" });
    const whole = await promote("ottawa", []);
    assert.equal(whole.code, 1, whole.stderr);
    assert.match(
      whole.stderr,
      /fleet\/team\/app@sha256:\w+ is not known to be signed by keys\/ci\.pub \(sha256:\w{12}…\): it has no signature of cosign's; stacks\/releases\.lock is as it was/,
    );
    assert.ok(!existsSync(lock()));

    const absent = await promote("ottawa", ["team/app:3.0"], { PATH: scratch("bin") });
    assert.equal(absent.code, 3, absent.stdout + absent.stderr);
    assert.match(
      absent.stderr,
      /team\/app:3\.0: what .* by keys\/ci\.pub: cosign is not on PATH\. To install it: /,
    );
    assert.ok(!existsSync(lock()));

    const one = await promote("ottawa", ["team/app:3.0"]);
    assert.equal(one.code, 0, one.stderr);
    assert.match(
      one.stdout,
      /^\+ added {6}accra team\/app:3\.0: \w{12}…, 1 platform, 1 signature, verified by keys\/ci\.pub \(sha256:\w{12}…\)$/m,
    );
    assert.equal(locked("3.0")?.signedBy, ci.signedBy.fingerprint);
    const same = await promote("ottawa", ["--check", "team/app:3.0"]);
    assert.equal(same.code, 0, same.stdout + same.stderr);

    const before = read();
    const unasked = await promote("lisbon", []);
    assert.equal(unasked.code, 0, unasked.stderr);
    assert.equal(locked("3.0")?.signedBy, ci.signedBy.fingerprint, "nobody took it back");
    assert.ok(locked("3.1") !== undefined && !("signedBy" in (locked("3.1") ?? {})));
    assert.notEqual(read(), before);
    await pushSignature(zots.atAccra, there, { subject: unsigned, key, as: "tag" });
  });

  it("verifies anew by a key that changed, and tells a lock that nobody verified", async () => {
    writeFileSync(scratch(ci.signedBy.path), other.publicPem);
    const text = read();
    const changed = await promote("ottawa", []);
    assert.deepEqual([changed.code, read()], [1, text], changed.stdout);
    assert.match(changed.stderr, /made by another key, or changed since[^]*made by another key/);
    assert.match(changed.stderr, /\nstacks\/releases\.lock is as it was\n$/);
    writeFileSync(lock(), text.replaceAll(ci.signedBy.fingerprint, other.signedBy.fingerprint));
    const forged = await promote("ottawa", ["--check", "team/app:3.0"]);
    assert.equal(forged.code, 1, forged.stdout);
    writeFileSync(scratch(ci.signedBy.path), ci.publicPem);
    const mended = await promote("ottawa", []);
    assert.equal(mended.code, 0, mended.stderr);
    assert.match(
      mended.stdout,
      /~ changed {4}accra team\/app:3\.0: .* verified by the key sha256:\w{12}… -> .*, verified by keys\/ci\.pub/,
    );
    for (const tag of ["3.0", "3.1"]) assert.equal(locked(tag)?.signedBy, ci.signedBy.fingerprint);
    writeFileSync(scratch(ci.signedBy.path), "");
    const none = await promote("ottawa", []);
    assert.equal(none.code, 2);
    assert.match(none.stderr, /keys\/ci\.pub: found no PEM, allowed: one public key in PEM/);
  });
});
