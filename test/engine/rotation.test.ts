import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { Stack, UpOptions } from "@pulumi/pulumi/automation";
import { ownScope } from "../../src/components/scope";
import { heldAfter, previousDeployment } from "../../src/components/previousDeployment";
import { refuseLostGeneration, rotationWarnings } from "../../src/config/rotation";
import { Rotation } from "../../src/resources/classes";
import { openStack } from "../../src/local/deployment";
import { ensureEngine } from "../../src/local/engine";
import { accountName, liveGenerations, recordOf } from "../../src/zot/generations";
import { useScratch } from "../images/scratch";
import { filesHolding } from "../support/findText";
import { skipWithout } from "../support/skip";

interface Outputs {
  username: string;
  fails: boolean;
  held?: number;
  cluster: { pullSecret: { username: string } };
  results: { status: "passed" | "failed" }[];
}

/** Stands for the verification, with its type and what it leaves in the state; one that fails leaves it, too. */
class Verified extends pulumi.dynamic.Resource {
  declare readonly cluster: pulumi.Output<never>;
  declare readonly results: pulumi.Output<never>;

  constructor(
    name: string,
    args: { username: string; fails: boolean },
    dependsOn: pulumi.Resource,
  ) {
    const verify = (inputs: { username: string; fails: boolean }, held?: number): Outputs => {
      const { username, fails } = inputs;
      const results = [{ status: fails ? ("failed" as const) : ("passed" as const) }];
      const outs = { ...inputs, cluster: { pullSecret: { username } }, results };
      if (!fails) return outs;
      const properties = held === undefined ? outs : { ...outs, held };
      const reasons = ["it does not answer"];
      throw Object.assign(new Error("failed"), { id: "verification", properties, reasons });
    };
    const provider: pulumi.dynamic.ResourceProvider = {
      diff: (_id, olds: Outputs, news: Outputs) =>
        Promise.resolve({ changes: olds.username !== news.username || olds.fails !== news.fails }),
      create: (inputs: Outputs) =>
        Promise.resolve().then(() => ({ id: "verification", outs: verify(inputs) })),
      read: (id, props: Outputs) => Promise.resolve({ id, props }),
      update: (_id, olds: Outputs, news: Outputs) =>
        Promise.resolve().then(() => {
          const before = Number(olds.cluster.pullSecret.username.slice("puller-".length));
          return { outs: verify(news, olds.fails ? olds.held : before) };
        }),
    };
    const props = { ...args, cluster: undefined, results: undefined };
    super(provider, name, props, { dependsOn }, "zot-fleet", "Verification");
  }
}

describe("a stack's own state, under a real engine", function () {
  this.timeout(900_000);
  const scratch = useScratch();
  const canary = "canary-password-of-ci";
  let stack: Stack;
  const said = {
    rotation: 1 as number | { current: number; keep?: number[] },
    fails: false,
    /** As the program of before told it, without `held`. */
    old: false,
  };
  /** What the last run of the program read of the deployments before it. */
  let read: Awaited<ReturnType<typeof previousDeployment>>;
  let warnings: string[];

  before(async function () {
    skipWithout("pulumi", this);
    const engine = await ensureEngine(() => undefined);
    stack = await openStack("held", program, scratch("stack"), engine);
  });

  async function program(): Promise<Record<string, unknown>> {
    read = await previousDeployment(ownScope);
    refuseLostGeneration(said, read);
    warnings = rotationWarnings(said, read);
    const { current } = liveGenerations(said);
    const begun = new Rotation("rotation", recordOf(said));
    const args = { username: accountName("puller", current), fails: said.fails };
    const verification = new Verified("registry", args, begun);
    const ci = verification.id.apply(() => ({ username: `ci-${current}`, password: canary }));
    return {
      ci: pulumi.secret(ci),
      ...(said.old ? {} : { held: heldAfter(verification, read) }),
    };
  }

  const up = async (rotation: typeof said.rotation, fails = false, options: UpOptions = {}) => {
    Object.assign(said, { rotation, fails });
    return (await stack.up(options)).summary.resourceChanges;
  };
  const held = async () => (await stack.outputs())["held"]?.value as unknown;
  const urnOf = (type: string, name: string) =>
    `urn:pulumi:held::zot-fleet::pulumi-nodejs:dynamic/zot-fleet:${type}::${name}`;

  async function previewSteps(): Promise<string[]> {
    const steps: string[] = [];
    await stack.preview({
      onEvent: ({ resourcePreEvent }) => {
        const { op, urn = "" } = resourcePreEvent?.metadata ?? {};
        if (op !== undefined && op !== "same") steps.push(`${op} ${urn.split("::").at(-1) ?? ""}`);
      },
    });
    return steps.sort();
  }

  it("tells nothing of a new stack, at a preview and in the middle of a first deployment", async () => {
    await previewSteps();
    assert.deepEqual(read, { existing: false });
    await assert.rejects(up(1, true), /it does not answer/);
    assert.deepEqual(read, { existing: false });
    await previewSteps();
    assert.deepEqual(read, { existing: false, begun: { current: 1, keep: [] } });
  });

  it("tells what a deployment that ended has proved, and makes no change of its own", async () => {
    await up(1);
    assert.equal(await held(), 1);
    assert.deepEqual(await previewSteps(), []);
    assert.deepEqual(read, { existing: true, held: 1, begun: { current: 1, keep: [] } });
    assert.deepEqual(await up(1), { same: 3 });
  });

  it("still tells it when the next one fails late, and when it is refused", async () => {
    await assert.rejects(up(2, true), /it does not answer/);
    await assert.rejects(up(3), /write zot-fleet:rotation: \{ current: 3, keep: \[2, 1\] \}/);
    await assert.rejects(
      previewSteps(),
      /write zot-fleet:rotation: \{ current: 3, keep: \[2, 1\] \}/,
    );
    assert.deepEqual(read, { existing: true, held: 1, begun: { current: 2, keep: [1] } });
  });

  it("tells it as well where others go on after the one that fails, and where a refresh forgets that it failed", async () => {
    await assert.rejects(up(2, true, { continueOnError: true }));
    await previewSteps();
    assert.equal(read.held, 1);
    await stack.refresh();
    await previewSteps();
    assert.equal(read.held, 1);
  });

  it("does not take for proved what only some targets have come to", async () => {
    await up({ current: 3, keep: [2, 1] }, false, { target: [urnOf("Rotation", "rotation")] });
    await previewSteps();
    assert.deepEqual(read, { existing: true, held: 1, begun: { current: 3, keep: [2, 1] } });
  });

  // Which line is for which number: test/config/rotation.test.ts.
  it("lets a number or the line of its error deploy, or 1 again", async () => {
    said.rotation = 9;
    await assert.rejects(previewSteps(), /\{ current: 9, keep: \[3, 2, 1\] \}/);
    await assert.rejects(up({ current: 3, keep: [2, 1] }, true), /it does not answer/);
    await up(1);
    assert.equal(await held(), 1);
    assert.match(warnings.join(), /3 and 2 stop working/);
    await up({ current: 3, keep: [1] });
    assert.deepEqual([await held(), warnings], [3, []]);
    await up(4);
    assert.deepEqual([await held(), warnings], [4, []]);
    await up({ current: 1 });
    assert.match(warnings.join(), /clients hold 4/);
    assert.equal(await held(), 1);
  });

  it("infers it from a state that another version wrote", async () => {
    said.old = true;
    await up(2);
    assert.equal(await held(), undefined);
    said.old = false;
    assert.deepEqual(await previewSteps(), []);
    assert.equal(read.held, 2);
    said.old = true;
    await assert.rejects(up(3, true), /it does not answer/);
    const state = await stack.exportStack();
    const { resources } = state.deployment as {
      resources: { type: string; outputs?: { held?: number } }[];
    };
    for (const { type, outputs } of resources)
      if (type.endsWith(":Verification")) delete outputs?.held;
    await stack.importStack(state);
    said.old = false;
    await assert.rejects(up(4), /\{ current: 4, keep: \[3, 2\] \}/);
  });

  it("leaves no secret of the stack in the clear, and no resource of its own", async () => {
    const text = JSON.stringify(await stack.exportStack());
    assert.doesNotMatch(text, /StackReference/);
    assert.deepEqual(filesHolding([canary], scratch("stack"), 0), []);
  });

  it("has nothing to tell after a destroy", async () => {
    await stack.destroy();
    await up(7);
    assert.deepEqual(read, { existing: false });
    assert.equal(await held(), 7);
  });
});
