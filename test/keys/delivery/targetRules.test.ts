import assert from "node:assert/strict";
import type { DeliveryClient } from "../../../src/keys/delivery/deliveryClient";
import type { Target } from "../../../src/keys/delivery/target";
import { targetProblems } from "../../../src/keys/delivery/targetRules";
import { apiKeyProviderIn, type ApiKeyInputs } from "../../../src/resources/apiKeyProvider";
import { progress } from "../../../src/resources/progress";

const forgejo = (change: object = {}): Target => ({
  to: "forgejo",
  url: "https://git.killinit.cc",
  repository: "team/app",
  type: "login",
  usernameSecret: "ZOT_OTTAWA_1_USERNAME",
  keySecret: "ZOT_OTTAWA_1_API_KEY",
  configSecret: "ZOT_DOCKER_CONFIG",
  ...change,
});

const usual = { usernameSecret: "ZOT_USERNAME", keySecret: "ZOT_API_KEY" };
const words = (target: Target, cluster = "ottawa-1") =>
  targetProblems([target], cluster).map((each) => each.words);

describe("where keys may be delivered", () => {
  it("asks for names with the cluster, which another stack's do not have", () => {
    assert.deepEqual(words(forgejo()), []);
    assert.deepEqual(words(forgejo({ keySecret: "zot_ottawa_1_key" })), []);
    const [both] = words(forgejo(usual));
    assert.match(both ?? "", /would write ZOT_USERNAME and ZOT_API_KEY of team\/app, too/);
    assert.match(
      both ?? "",
      /write usernameSecret: ZOT_OTTAWA_1_USERNAME and keySecret: ZOT_OTTAWA_1_API_KEY$/,
    );
    const [config] = words(forgejo({ type: "dockerconfigjson" }));
    assert.match(config ?? "", /write configSecret: ZOT_OTTAWA_1_DOCKER_CONFIG$/);
    assert.equal(words(forgejo({ keySecret: "ZOT_API_KEY" })).length, 1);
    assert.equal(words(forgejo(), "ottawa").length, 0);
    assert.equal(words(forgejo(), "ott").length, 1, "a part of a word is another cluster");
    assert.equal(words(forgejo(), "lisbon").length, 1);
  });

  it("asks for https, but on this machine", () => {
    for (const url of [
      "https://git.killinit.cc",
      "http://127.0.0.1:3000",
      "http://localhost:3000",
      "http://[::1]:3000",
    ])
      assert.deepEqual(words(forgejo({ url })), [], url);
    for (const url of [
      "http://git.killinit.cc",
      "http://10.0.0.1:3000",
      "http://localhost.example",
    ])
      assert.match(words(forgejo({ url })).join(), /plain text.*write url: https:/, url);
  });

  it("says nothing of what no other stack and no forge sees", () => {
    const others: Target[] = [
      { to: "file", path: "a", type: "key" },
      { to: "kubernetes", context: "c", namespace: "n", name: "s", type: "opaque" },
    ];
    assert.deepEqual(targetProblems(others, "ottawa"), []);
  });
});

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
    assert.match(said[0] ?? "", /^the Secret team\/theirs is there, and was not made for a key/);
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
});
