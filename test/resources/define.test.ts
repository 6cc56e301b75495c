import assert from "node:assert/strict";
import {
  byCheck,
  define,
  except,
  madeAnew,
  optional,
  plain,
  secret,
  unread,
} from "../../src/resources/define";
import { providers, served } from "../../src/resources/providers";

interface Inputs {
  name: string;
  tags: string[];
  note?: string;
  password?: string;
  size?: number;
  kept?: boolean;
}

interface Outputs extends Inputs {
  digest?: string;
  problem?: string;
}

const loads: string[] = [];

const sample = define<Inputs, Outputs, "kept", "problem">({
  name: "sample",
  inputs: {
    name: { ...plain, replaces: true },
    tags: plain,
    note: except("nobody reads it"),
    password: secret,
    size: { ...plain, differs: (olds, news) => (news.size ?? 0) > (olds.size ?? 0) },
    kept: byCheck,
  },
  outputs: { digest: optional, problem: { ...unread, trouble: true } },
  again: ({ digest }) => digest === "sha256:old",
  load: () => {
    loads.push("sample");
    return {
      ...madeAnew<Inputs, Outputs>("sample", (news, olds) => ({
        ...news,
        ...(olds?.digest === undefined ? {} : { digest: olds.digest }),
      })),
      read: (id, props) => Promise.resolve({ id, props, inputs: { name: "seen", tags: [] } }),
    };
  },
});

describe("a dynamic resource", () => {
  const news: Inputs = { name: "one", tags: ["v1"] };
  const olds: Outputs = { ...news, digest: "sha256:1" };
  const diff = (before: Outputs, after: Inputs) => sample.provider.diff("id", before, after);
  const changes = async (before: object, after: object) =>
    (await diff({ ...olds, ...before }, { ...news, ...after })).changes;

  it("changes with every input, also with one that is gone or that nobody thought of", async () => {
    assert.equal(await changes({}, {}), false);
    assert.equal(await changes({}, { tags: ["v2"] }), true);
    assert.equal(await changes({ password: "x" }, {}), true);
    assert.equal(await changes({ password: undefined }, {}), false);
    assert.equal(await changes({}, { unforeseen: 1 }), true);
    assert.equal(await changes({ unforeseen: 1 }, {}), true);
  });

  it("does not change with its outputs, with exceptions and with the name of its provider", async () => {
    assert.equal(await changes({ digest: "sha256:2", note: "x", __provider: "other" }, {}), false);
  });

  it("changes where an input says so by a rule of its own", async () => {
    assert.equal(await changes({ size: 2 }, { size: 1 }), false);
    assert.equal(await changes({ size: 1 }, { size: 2 }), true);
  });

  it("is worked on again while the state has trouble, or asks for it", async () => {
    assert.equal(await changes({ problem: "it failed" }, {}), true);
    assert.equal(await changes({ digest: "sha256:old" }, {}), true);
  });

  it("is replaced where an input says so", async () => {
    assert.deepEqual(await diff(olds, { ...news, name: "two" }), {
      changes: true,
      replaces: ["name"],
    });
  });

  it("loads what deploys it in no preview", async () => {
    loads.length = 0;
    await sample.provider.check(news, news);
    await diff(olds, news);
    assert.deepEqual(loads, []);
    await sample.provider.create(news);
    assert.deepEqual(loads, ["sample"]);
  });

  it("names its secrets, and what a program gives and reads", () => {
    const { secretInputs, secrets, outputs, nullable } = sample;
    assert.deepEqual(
      [secretInputs, secrets, sample.byCheck, outputs, nullable, sample.unread],
      [["password"], ["password"], ["kept"], ["digest"], ["digest"], ["problem"]],
    );
  });

  it("has null in the state for an output that there is none of, which its provider does not see", async () => {
    const [name, provider] = served(sample);
    assert.equal(name, "sample");
    assert.deepEqual(await provider.create(news), {
      id: "sample",
      outs: { ...news, digest: null },
    });
    assert.deepEqual(await provider.update("id", { ...olds, digest: null }, news), {
      outs: { ...news, digest: null },
    });
    assert.deepEqual(await provider.read("id", news), {
      id: "id",
      props: { ...news, digest: null },
      inputs: { name: "seen", tags: [] },
    });
  });

  // What a state has of each besides, so that it is not to be worked on again.
  const state = {
    results: [],
    platforms: [],
    digest: "sha256:1",
    repair: "",
    rotation: 1,
    keepPrevious: true,
    lines: [],
  };
  const outputs: Record<string, string[]> = { verification: ["results"], seed: ["digest"] };
  for (const [name, provider] of Object.entries(providers))
    it(`${name} changes with an input that nobody thought of`, async () => {
      const inputs = Object.fromEntries(
        Object.entries(state).filter(([key]) => !(outputs[name] ?? []).includes(key)),
      );
      assert.equal((await provider.diff("id", state, inputs)).changes, false);
      assert.equal((await provider.diff("id", state, { ...inputs, unforeseen: 1 })).changes, true);
    });
});
