import assert from "node:assert/strict";
import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { proof, type ProofInputs } from "../../src/resources/proof";
import { verification } from "../../src/resources/verification";
import { changes, refresh, seedInputs } from "../support/seeding";

/** An address where nothing listens any more. */
async function deadUrl(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return `http://127.0.0.1:${port}`;
}

describe("a refresh while the registry is away", () => {
  it("goes on, and leaves the reason in the state: the next deployment looks again", async () => {
    const inputs = seedInputs(await deadUrl(), { platforms: [] });
    const outs = { ...inputs, digest: "sha256:known", children: [], action: "present" as const };
    assert.equal(await changes(outs, inputs), false);
    const after = await refresh(outs);
    assert.match(after.problem ?? "", /^a refresh could not look at it: .*127\.0\.0\.1/);
    assert.equal(after.digest, outs.digest);
    assert.equal(await changes(after, inputs), true);
  });

  it("has the proof and the verification run again", async () => {
    const endpoint = { via: "address", url: await deadUrl() } as const;
    const proved: ProofInputs = { endpoint, accounts: [] };
    const { props } = await proof.provider.read("proof", proved);
    assert.deepEqual(await proof.provider.diff("proof", props, proved), { changes: true });
    const verified = { endpoint, accounts: [], images: [] };
    const read = await verification.provider.read("id", { ...verified, results: [] });
    assert.deepEqual(await verification.provider.diff("id", read.props, verified), {
      changes: true,
    });
  });
});

describe("what was proved in one cluster", () => {
  const endpoint = { via: "address", url: "https://oci.x.test" } as const;
  const inputs: ProofInputs = { endpoint, accounts: [], clusterUid: "one" };

  it("is proved again in another, and not where the state knows no cluster", async () => {
    const changed = async (olds: ProofInputs, news: ProofInputs) =>
      (await proof.provider.diff("proof", olds, news)).changes;
    const { clusterUid: _, ...unknown } = inputs;
    assert.equal(await changed(inputs, inputs), false);
    assert.equal(await changed(inputs, { ...inputs, clusterUid: "two" }), true);
    assert.equal(await changed(unknown, inputs), false);
  });
});
