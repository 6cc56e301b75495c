import assert from "node:assert/strict";
import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { mediaTypes } from "../../src/images/mediaTypes";
import { sha256 } from "../../src/images/digest";
import type { Descriptor } from "../../src/images/manifest";
import type { SeedInputs, SeedOutputs } from "../../src/resources/seed";
import { parseSigningKey } from "../../src/seeding/signingKey";
import { requireTool } from "../../src/system/tools";
import { useScratch } from "../images/scratch";
import { selfSigned } from "../support/certificates";
import { here, there, users, usePromotion } from "../support/promotion";
import { pushBlob, pushImage } from "../support/push";
import { recordTools } from "../support/recordedTools";
import { promotedInputs } from "../support/release";
import { changes, create, refresh, update } from "../support/seeding";
import {
  cosignKeys,
  cosignSign,
  keyPair,
  payloadOf,
  pushSignature,
  signatureTag,
  type SignatureToPush,
} from "../support/signing";
import { isSkipped, skipWithout } from "../support/skip";

const admin = { username: "admin", password: users.admin };

describe("promotion of what has to be signed", function () {
  this.timeout(240_000);
  const zots = usePromotion();
  const scratch = useScratch();
  const [ci, other] = [keyPair(), keyPair("keys/other.pub")];
  const path = process.env["PATH"] ?? "";
  let cosign: ReturnType<typeof recordTools>;
  before(function () {
    skipWithout("cosign", this);
    cosign = recordTools(["cosign"], path);
    process.env["PATH"] = cosign.path;
  });
  after(function () {
    if (isSkipped(this)) return;
    process.env["PATH"] = path;
    cosign.remove();
  });

  let images = 0;
  /** An image of its own at the source. */
  async function image(tag = "1.4"): Promise<Descriptor> {
    const { digest, bytes } = await pushImage(zots.atAccra, there, tag, `signed ${images++}`);
    return { mediaType: mediaTypes.ociManifest, digest, size: bytes.length };
  }
  /** An index there, under 1.4, and what it names. */
  async function index(): Promise<{ child: Descriptor; subject: Descriptor }> {
    const child = await image("1.4-amd64");
    const bytes = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: mediaTypes.ociIndex,
        manifests: [{ ...child, platform: { os: "linux", architecture: "amd64" } }],
      }),
    );
    const digest = await zots.atAccra.putManifest(there, "1.4", bytes, mediaTypes.ociIndex);
    return { child, subject: { mediaType: mediaTypes.ociIndex, digest, size: bytes.length } };
  }
  const signature = (options: SignatureToPush) => pushSignature(zots.atAccra, there, options);
  const inputs = (more: Partial<SeedInputs> = {}) =>
    promotedInputs(zots.ottawa.url, zots.source, zots.atAccra, "1.4", {
      signedBy: ci.signedBy,
      ...more,
    });
  /** How often cosign was asked to verify while `work` ran. */
  async function runs(work: () => Promise<unknown>): Promise<number> {
    const count = () => cosign.calls().filter((call) => call.includes("verify-blob")).length;
    const before = count();
    await work();
    return count() - before;
  }
  /** Refused for `why`, and neither the image's tag nor cosign's has moved. */
  async function refused(subject: Descriptor, why: RegExp, more: Partial<SeedInputs> = {}) {
    const { problem = "" } = await create(await inputs(more));
    assert.match(problem, why);
    assert.match(
      problem,
      /^team\/app@sha256:\w{64} is not known to be signed by keys\/ci\.pub \(sha256:\w{12}…\): /,
    );
    assert.match(problem, /No tag was moved\.$/);
    for (const tag of ["1.4", signatureTag(subject.digest)])
      assert.equal(await zots.heldAt(zots.atOttawa, here, tag), undefined, tag);
  }

  for (const as of ["tag", "referrer"] as const)
    it(`takes what cosign signed, with its signature as a ${as}, and verifies it once`, async () => {
      const folder = scratch(as);
      mkdirSync(folder);
      const { key, publicPath } = await cosignKeys(folder);
      const signedBy = parseSigningKey(readFileSync(publicPath, "utf8"), "keys/ci.pub");
      const { digest } = (await index()).subject;
      await cosignSign(zots.accra.url, admin, { folder, key, image: `${there}@${digest}`, as });
      const asked = await inputs({ signedBy });
      assert.deepEqual(
        [asked.promoted?.cosignTags.length, asked.promoted?.referrers.length],
        as === "tag" ? [1, 0] : [0, 1],
      );
      let outs = {} as SeedOutputs;
      assert.equal(await runs(async () => (outs = await create(asked))), 1);
      assert.deepEqual([outs.problem, outs.action], [undefined, "pushed"]);
      assert.equal(await zots.heldAt(zots.atOttawa, here, "1.4"), digest);
      assert.equal(await changes(outs, asked), false);
      const again = await runs(async () => {
        const found = await zots.asked(async () => (outs = await update(outs, asked)));
        assert.deepEqual([outs.problem, outs.action, found.accra], [undefined, "present", []]);
        outs = await refresh(outs);
      });
      assert.deepEqual([again, outs.problem], [0, undefined]);
    });

  it("refuses what is not signed, or whose platforms alone are", async () => {
    await refused(await image(), /it has no signature of cosign's/);
    const { child, subject } = await index();
    await signature({ subject: child, key: ci.privateKey, as: "tag" });
    await refused(subject, /no signature of its own, and those of its platforms/);
  });

  for (const as of ["tag", "referrer"] as const) {
    it(`refuses another key's signature as a ${as}`, async () => {
      const subject = await image();
      await signature({ subject, key: other.privateKey, as });
      await refused(subject, /made by another key, or changed since \(cosign: \S.*\)/);
    });

    it(`refuses the signature of another image that is attached as a ${as}`, async () => {
      const signed = await image();
      const subject = await image();
      await signature({ subject, about: signed.digest, key: ci.privateKey, as });
      const ran = await runs(() =>
        refused(subject, new RegExp(`a signature is of another image, ${signed.digest}`)),
      );
      assert.equal(ran, 0, "what it is about is told without cosign");
    });

    it(`refuses a payload that was changed to name the image, as a ${as}`, async () => {
      const signed = await image();
      const subject = await image();
      const tamper = () => payloadOf(subject.digest);
      await signature({ subject, about: signed.digest, key: ci.privateKey, as, tamper });
      await refused(subject, /made by another key, or changed since/);
    });
  }

  it("refuses cosign's own manifest of another image under the tag of this one", async () => {
    const signed = await image();
    await signature({ subject: signed, key: ci.privateKey, as: "tag" });
    const replayed = await zots.atAccra.getManifest(there, signatureTag(signed.digest));
    assert.ok(replayed);
    const subject = await image();
    const tag = signatureTag(subject.digest);
    await zots.atAccra.putManifest(there, tag, replayed.bytes, replayed.mediaType);
    await refused(subject, new RegExp(`of another image, ${signed.digest}`));
  });

  it("refuses signatures without a key, and bundles, with the reason", async () => {
    const { key, cert } = selfSigned(["URI:https://forge.example/team/app"]);
    const keyless = await image();
    await signature({ subject: keyless, key, as: "tag", certificate: cert });
    await refused(
      keyless,
      /signed without a key \(certificate of URI:https:\/\/forge\.example\/team\/app\): only keys/,
    );
    const subject = await image();
    const artifactType = "application/vnd.dev.sigstore.bundle.v0.3+json";
    const empty = Buffer.from("{}");
    const blob = { digest: await pushBlob(zots.atAccra, there, empty), size: empty.length };
    const bytes = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: mediaTypes.ociManifest,
        artifactType,
        config: { mediaType: mediaTypes.ociEmpty, ...blob },
        layers: [{ mediaType: artifactType, ...blob }],
        subject,
      }),
    );
    await zots.atAccra.putManifest(there, sha256(bytes), bytes, mediaTypes.ociManifest);
    await refused(subject, /sigstore's bundle format \(application\/vnd\.dev\.sigstore\.bundle/);
  });

  it("takes one signature that is right among others", async () => {
    const signed = await image();
    const subject = await image();
    await signature({ subject, key: other.privateKey, as: "tag" });
    await signature({ subject, about: signed.digest, key: ci.privateKey, as: "referrer" });
    await signature({ subject, key: ci.privateKey, as: "referrer" });
    assert.equal((await create(await inputs())).problem, undefined);
  });

  it("verifies what is there already by a key that changed, and a refresh hides no refusal", async () => {
    const subject = await image();
    await signature({ subject, key: ci.privateKey, as: "tag" });
    const before = await inputs();
    const outs = await create(before);
    assert.equal(outs.problem, undefined);
    const after = await inputs({ signedBy: other.signedBy });
    assert.equal(await changes(outs, after), true);
    let told = outs;
    assert.equal(await runs(async () => (told = await update(outs, after))), 1);
    assert.match(told.problem ?? "", /by keys\/other\.pub .* made by another key/);
    const seen = await refresh(told);
    assert.match(seen.problem ?? "", /was not verified by keys\/other\.pub/);
    assert.equal(await changes(seen, after), true);
    const moved = { ...before, signedBy: { ...ci.signedBy, path: "keys/release.pub" } };
    assert.equal(await changes(outs, moved), false, "the same key in another place");
    const none = { ...before };
    delete none.signedBy;
    assert.equal((await update(seen, none)).problem, undefined);
    assert.equal(await runs(async () => (told = await update(seen, before))), 0);
    assert.equal(told.problem, undefined, "that one was verified for good");
  });

  it("verifies an image that was promoted before a key was asked for, and nothing at its source", async () => {
    const subject = await image();
    await signature({ subject, key: ci.privateKey, as: "referrer" });
    const asked = await inputs();
    const plain = { ...asked };
    delete plain.signedBy;
    const outs = await create(plain);
    assert.ok(!("verified" in outs) && !("signedBy" in outs));
    let verified = outs;
    const ran = await runs(async () => {
      const found = await zots.asked(async () => (verified = await update(outs, asked)));
      assert.deepEqual(found.accra, []);
    });
    assert.deepEqual([ran, verified.problem, verified.action], [1, undefined, "present"]);
  });

  it("works for an account that may create and not overwrite", async () => {
    const subject = await image();
    await signature({ subject, key: ci.privateKey, as: "tag" });
    const credentials = { username: "creator", password: users.creator };
    const outs = await create(await inputs({ credentials }));
    assert.deepEqual([outs.problem, outs.action], [undefined, "pushed"]);
    assert.equal(await zots.heldAt(zots.atOttawa, here, "1.4"), subject.digest);
  });

  it("refuses where cosign is not on PATH, says how to install it, and goes on once it is", async () => {
    const subject = await image();
    await signature({ subject, key: ci.privateKey, as: "tag" });
    const folder = scratch("tools");
    mkdirSync(folder);
    symlinkSync(requireTool("skopeo"), `${folder}/skopeo`);
    process.env["PATH"] = folder;
    try {
      await refused(subject, /cosign is not on PATH\. To install it: /);
    } finally {
      process.env["PATH"] = cosign.path;
    }
    assert.equal((await create(await inputs())).problem, undefined);
  });
});
