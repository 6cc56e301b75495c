import assert from "node:assert/strict";
import { kindOf, type Target } from "../../../src/keys/delivery/allTargetKinds";
import { forgejo, usual } from "../../support/forgeTargets";

const words = (target: Target, cluster = "ottawa-1") =>
  kindOf(target)?.refusals?.(target, cluster) ?? [];

describe("what is refused of a new target", () => {
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
    assert.deepEqual(
      others.flatMap((target) => words(target)),
      [],
    );
  });
});
