import assert from "node:assert/strict";
import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { proofProvider, type ProofInputs } from "../../src/resources/proofProvider";
import { verificationProvider } from "../../src/resources/verificationProvider";
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
    const proof: ProofInputs = { endpoint, accounts: [] };
    const { props } = await proofProvider.read("proof", proof);
    assert.deepEqual(await proofProvider.diff("proof", props, proof), { changes: true });
    const verification = { endpoint, accounts: [], images: [] };
    const read = await verificationProvider.read("id", { ...verification, results: [] });
    assert.deepEqual(await verificationProvider.diff("id", read.props, verification), {
      changes: true,
    });
  });
});

describe("what was proved in one cluster", () => {
  const endpoint = { via: "address", url: "https://oci.x.test" } as const;
  const proof: ProofInputs = { endpoint, accounts: [], clusterUid: "one" };

  it("is proved again in another, and not where the state knows no cluster", async () => {
    const changed = async (olds: ProofInputs, news: ProofInputs) =>
      (await proofProvider.diff("proof", olds, news)).changes;
    const { clusterUid: _, ...unknown } = proof;
    assert.equal(await changed(proof, proof), false);
    assert.equal(await changed(proof, { ...proof, clusterUid: "two" }), true);
    assert.equal(await changed(unknown, proof), false);
  });
});
