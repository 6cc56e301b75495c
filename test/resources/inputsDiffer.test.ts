import assert from "node:assert/strict";
import { inputsDiffer } from "../../src/resources/provider";
import { providers } from "../../src/resources/providers";

interface Inputs {
  tags: string[];
  note?: string | undefined;
}

describe("inputs that differ", () => {
  const olds = { tags: ["v1"], digest: "sha256:1" };

  it("are found in every input, also in one that is gone", () => {
    assert.equal(
      inputsDiffer<Inputs, typeof olds>(olds, { tags: ["v1"] }, { outputs: ["digest"] }),
      false,
    );
    assert.equal(
      inputsDiffer<Inputs, typeof olds>(olds, { tags: ["v2"] }, { outputs: ["digest"] }),
      true,
    );
    assert.equal(inputsDiffer<Inputs, Inputs>({ tags: [], note: "x" }, { tags: [] }), true);
    assert.equal(inputsDiffer<Inputs, Inputs>({ tags: [], note: undefined }, { tags: [] }), false);
  });

  it("are none where outputs, exceptions and the provider's name differ", () => {
    const before = { __provider: "one", tags: ["v1"], note: "x", digest: "sha256:1" };
    const news = { __provider: "another", tags: ["v1"], note: "y" };
    const rules = { outputs: ["digest" as const], except: { note: "nobody reads it" } };
    assert.equal(inputsDiffer(before, news, rules), false);
  });

  for (const name of [
    "verification",
    "proof",
    "seed",
    "account",
    "issuerProof",
    "apiKey",
    "registryPlace",
    "clusterGuard",
  ] as const)
    it(`are found by ${name} in an input that nobody thought of`, async () => {
      const provider = providers[name] as unknown as {
        diff: (id: string, olds: object, news: object) => Promise<{ changes: boolean }>;
      };
      const state = { results: [], platforms: [], digest: "sha256:1" };
      const outputs = { verification: ["results"], seed: ["digest"] }[name as string] ?? [];
      const common = Object.fromEntries(
        Object.entries(state).filter(([key]) => !outputs.includes(key)),
      );
      assert.equal((await provider.diff("id", state, common)).changes, false);
      assert.equal((await provider.diff("id", state, { ...common, unforeseen: 1 })).changes, true);
    });
});
