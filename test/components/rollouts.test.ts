import assert from "node:assert/strict";
import { runtime } from "@pulumi/pulumi";
import { SeededImages, type SeededImagesArgs } from "../../src/components/seededImages";
import { settled } from "../support/deployment";

const restarts = /rollout restart/;
const [first, second] = ["a", "b"].map((each) => `sha256:${each.repeat(64)}`);

describe("a rollout", () => {
  it("follows a digest that was seen at the registry, and nothing else", async () => {
    assert.match((await rollout({ digest: first })).create, restarts);
    assert.deepEqual((await rollout({ digest: first })).triggers, [first]);
    // A seeding that fails keeps the digest that is at the registry: nothing to restart for, now and when it is mended.
    const failed = await rollout({ digest: first, problem: "the archive is not there" });
    assert.deepEqual(failed, await rollout({ digest: first }));
    assert.deepEqual((await rollout({ digest: second })).triggers, [second]);
  });

  it("restarts nothing while no digest was ever seen, and once when one is", async () => {
    const never = await rollout({ problem: "the archive is not there" });
    assert.doesNotMatch(never.create, restarts);
    const mended = await rollout({ digest: first });
    assert.match(mended.create, restarts);
    assert.notDeepEqual(mended.triggers, never.triggers);
  });

  it("is refused without the context of its cluster: kubectl would take its own", async () => {
    await rollout({ digest: first });
    assert.throws(
      () => new SeededImages("more", args),
      /rollout of app needs a kubeconfig context/,
    );
    assert.doesNotThrow(() => new SeededImages("none", { ...args, images: [] }));
    await settled();
  });
});

interface Declared {
  create: string;
  triggers: string[];
}

const args = {
  endpoint: { via: "address", url: "http://127.0.0.1:1" },
  credentials: { username: "fleet", password: "secret" },
  compression: "zstd",
  images: [
    {
      repository: "team/app",
      tags: ["latest"],
      platforms: [],
      onMoved: "restore",
      onRemove: "keep",
      rollouts: [{ namespace: "team", kind: "Deployment", name: "app" }],
    },
  ],
} satisfies SeededImagesArgs;

/** What is declared of a workload whose seed has these outputs. */
async function rollout(seeded: {
  digest?: string | undefined;
  problem?: string;
}): Promise<Declared> {
  const declared: Declared[] = [];
  await runtime.setMocks({
    newResource: ({ type, name, ...rest }) => {
      const { inputs } = rest as { inputs: Record<string, unknown> };
      if (type === "command:local:Command") declared.push(inputs as unknown as Declared);
      const state = type.endsWith(":Seed") ? { ...inputs, digest: null, ...seeded } : inputs;
      return { id: `${name}-id`, state };
    },
    call: () => ({}),
  });
  new SeededImages("images", { ...args, context: "ottawa" });
  await settled();
  const [only] = declared;
  assert.ok(only !== undefined && declared.length === 1);
  return only;
}
