import assert from "node:assert/strict";
import type { Stack } from "@pulumi/pulumi/automation";
import type { ImageToDeploy } from "../../src/components/seededImages";
import { mediaTypes } from "../../src/images/mediaTypes";
import { openStack } from "../../src/local/deployment";
import { ensureEngine } from "../../src/local/engine";
import { useScratch } from "../images/scratch";
import { there, usePromotion } from "../support/promotion";
import { imageToPromote, promotionProgram } from "../support/promotionProgram";
import { pushImage } from "../support/push";
import { recordTools } from "../support/recordedTools";
import { keyPair, pushSignature } from "../support/signing";
import { isSkipped, skipWithout } from "../support/skip";

describe("what has to be signed, under a real engine", function () {
  this.timeout(600_000);
  const zots = usePromotion();
  const scratch = useScratch();
  const [ci, other] = [keyPair(), keyPair("keys/other.pub")];
  const path = process.env["PATH"] ?? "";
  let cosign: ReturnType<typeof recordTools>;
  let stack: Stack;
  let image: ImageToDeploy;

  before(async function () {
    for (const tool of ["pulumi", "cosign"]) skipWithout(tool, this);
    cosign = recordTools(["cosign"], path);
    process.env["PATH"] = cosign.path;
    const { digest, bytes } = await pushImage(zots.atAccra, there, "1.4");
    const subject = { mediaType: mediaTypes.ociManifest, digest, size: bytes.length };
    await pushSignature(zots.atAccra, there, { subject, key: ci.privateKey, as: "referrer" });
    image = await imageToPromote(zots.ottawa.url, zots.source, zots.atAccra);
    const program = promotionProgram(zots.ottawa.url, () => image);
    const engine = await ensureEngine(() => undefined);
    stack = await openStack("signed", program, scratch("stack"), engine);
  });
  after(function () {
    if (isSkipped(this)) return;
    process.env["PATH"] = path;
    cosign.remove();
  });

  async function seed(): Promise<Record<string, unknown>> {
    const exported = await stack.exportStack();
    const { resources } = exported.deployment as {
      resources: { type: string; inputs: object; outputs: Record<string, unknown> }[];
    };
    const [found] = resources.filter(({ type }) => type.endsWith(":Seed"));
    assert.ok(found);
    return { ...found.outputs, inputs: Object.keys(found.inputs) };
  }
  const isEmpty = async () => (await stack.preview()).changeSummary.update === undefined;

  it("is verified once, where a preview said so, and then costs nothing", async () => {
    await stack.up();
    const plain = await seed();
    assert.ok(!("verified" in plain) && !(plain["inputs"] as string[]).includes("signedBy"));
    assert.ok(await isEmpty(), "where no key is asked for");
    assert.deepEqual(cosign.calls(), []);

    image = { ...image, signedBy: ci.signedBy };
    assert.ok(!(await isEmpty()), "a key is asked for");
    assert.deepEqual(cosign.calls(), []);
    await stack.up();
    const signed = await seed();
    const { digest } = image.promoted ?? {};
    assert.deepEqual(signed["verified"], { digest, key: ci.signedBy.fingerprint });
    assert.equal(cosign.calls().length, 1);
    assert.ok(await isEmpty(), "after it was verified");
    await stack.up();
    await stack.refresh();
    assert.ok(await isEmpty(), "after a refresh");
    assert.equal(cosign.calls().length, 1);
  });

  it("is asked about in every deployment until it is signed by the key", async () => {
    image = { ...image, signedBy: other.signedBy };
    await stack.up();
    assert.match(String((await seed())["problem"]), /not known to be signed by keys\/other\.pub/);
    await stack.refresh();
    assert.ok(!(await isEmpty()));
    image = { ...image, signedBy: ci.signedBy };
    await stack.up();
    assert.equal((await seed())["problem"] ?? undefined, undefined);
  });
});
