import assert from "node:assert/strict";
import type { DeliveryClient } from "../../src/keys/delivery/deliveryClient";
import type { Target } from "../../src/keys/delivery/allTargetKinds";
import { apiKeyProviderIn, type ApiKeyInputs } from "../../src/resources/apiKey";
import { progress } from "../../src/resources/progress";
import { forgejo, usual } from "../support/forgeTargets";

describe("a preview of an API key", () => {
  const said: string[] = [];
  const { say } = progress;
  before(() => {
    progress.say = (message) => said.push(message);
  });
  beforeEach(() => said.splice(0));
  after(() => {
    progress.say = say;
  });

  const asked: Target[] = [];
  const inputs = (...targets: Target[]) =>
    ({
      label: "zot-fleet:ottawa-1/builds",
      expiresAfterDays: 90,
      renewBeforeDays: 21,
      targets,
      tokens: {},
    }) as unknown as ApiKeyInputs;
  const foreign = (target: Target) => {
    asked.push(target);
    if (target.to !== "kubernetes") return Promise.resolve(undefined);
    return target.name === "denied"
      ? Promise.reject(new Error("the cluster answers 403"))
      : Promise.resolve(target.name === "theirs" ? "team/theirs" : undefined);
  };
  const provider = apiKeyProviderIn({
    now: () => new Date(),
    deliveryClient: () => ({ foreign }) as DeliveryClient,
  });
  const none = {} as ApiKeyInputs;
  const secret = (name: string): Target => ({
    to: "kubernetes",
    context: "c",
    namespace: "team",
    name,
    type: "opaque",
  });

  it("stops at a new target that is newly forbidden, and warns of one that is deployed", async () => {
    const targets = [forgejo(usual), forgejo({ url: "http://git.killinit.cc" })];
    const made = await provider.check(none, inputs(...targets));
    assert.deepEqual(
      made.failures.map(({ property }) => property),
      ["targets", "targets"],
    );
    assert.match(
      made.failures[0]?.reason ?? "",
      /^the Actions secrets of team\/app at https.*write/,
    );
    assert.equal(said.length, 0);
    const deployed = await provider.check(inputs(...targets), inputs(...targets));
    assert.deepEqual(deployed.failures, []);
    assert.equal(said.filter((line) => line.startsWith("warning: ")).length, 2);
    const [first] = targets;
    assert.ok(first !== undefined);
    const added = await provider.check(inputs(first), inputs(...targets));
    assert.equal(added.failures.length, 1);
  });

  it("names the Secrets that are there and not ours, which is no change of the key", async () => {
    const targets = [secret("theirs"), secret("ours"), secret("denied")];
    const checked = await provider.check(none, inputs(...targets));
    assert.deepEqual(checked.inputs.foreign, ["team/theirs"]);
    assert.deepEqual(checked.failures, []);
    assert.match(said[0] ?? "", /^the Secret team\/theirs exists and was not created for a key/);
    assert.match(said[1] ?? "", /^the Secret team\/denied could not be looked at: .*403/);
    const state = inputs(...targets);
    assert.deepEqual(await provider.diff("id", state, checked.inputs), { changes: false });
    said.splice(0);
    await provider.check(state, inputs(secret("theirs"), secret("ours")));
    assert.deepEqual(said, [], "once it is deployed, it is no news");
  });

  it("looks at nothing where a key goes to files alone", async () => {
    asked.splice(0);
    await provider.check(none, inputs({ to: "file", path: "a", type: "key" }));
    assert.deepEqual(asked, []);
  });

  it("leaves to the deployment what is not known yet, or is of a kind that is not known", async () => {
    asked.splice(0);
    const unknown = [
      "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
      { to: "vault" },
    ] as unknown as Target[];
    const { failures } = await provider.check(none, inputs(...unknown));
    assert.deepEqual([failures, asked], [[], []]);
  });
});
