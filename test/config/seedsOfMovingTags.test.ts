import assert from "node:assert/strict";
import {
  seedsOfMovingTagsWarnings,
  refuseSeedsOfMovingTags,
} from "../../src/config/seedsOfMovingTags";
import { parseStackConfig } from "../../src/config/stack";
import { right } from "./wrongStacks";

const two = { "linux/amd64": "a.tar", "linux/arm64": "b.tar" };

function config(seed: object, moving: string[]) {
  const seeds = [{ image: "team/app", tags: ["1.0", "latest"], archives: two, ...seed }];
  return parseStackConfig({ cluster: right.cluster, seeds, access: { moving } });
}

describe("a seed of a tag that CI may move", () => {
  it("is refused in a new stack, with the two keys named, and only warned of in one that exists", () => {
    const clash = config({}, ["latest"]);
    assert.throws(
      () => {
        refuseSeedsOfMovingTags(clash, false);
      },
      {
        name: "ConfigError",
        message:
          /zot-fleet:seeds\[0\]\.onMoved\n +found: +restore .* for latest, which zot-fleet:access\.moving lets .*\n +allowed: +onMoved: tell, or tags that are not in zot-fleet:access\.moving/,
      },
    );
    assert.deepEqual(seedsOfMovingTagsWarnings(clash, false), []);
    refuseSeedsOfMovingTags(clash, true);
    const [warning, ...more] = seedsOfMovingTagsWarnings(clash, true);
    assert.match(warning ?? "", /seeds\[0\]\.onMoved: .*latest.*access\.moving/);
    assert.deepEqual(more, []);
  });

  it("is refused for a platform's own tag, too", () => {
    assert.match(seedsOfMovingTagsWarnings(config({}, ["1.0-arm64"]), true).join(), /1\.0-arm64/);
  });

  it("is fine where the seed only tells, and for other tags", () => {
    for (const fine of [config({ onMoved: "tell" }, ["latest"]), config({}, ["edge"])]) {
      refuseSeedsOfMovingTags(fine, false);
      assert.deepEqual(seedsOfMovingTagsWarnings(fine, true), []);
    }
  });
});
