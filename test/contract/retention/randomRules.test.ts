import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { RegistryClient } from "../../../src/registry/client";
import { decide, type Decision } from "../../../src/zot/retention/decide";
import { sweptTags, type SweptTag } from "../../../src/zot/retention/sweepLog";
import type { ZotConfig } from "../../../src/zot/zotConfig";
import { configuredZot, testZotConfig } from "../../support/configuredZot";
import { pushImage } from "../../support/push";
import { skipWithout } from "../../support/skip";
import { closeAll, type Undo } from "../../support/undo";
import { zotVersionOf } from "../../support/zotVerify";
import { someRounds, withAge, type PlannedTag, type Round } from "./anyRules";
import { adminOf, copyStore, sweptZot, tagsOf } from "./sweep";

const rounds = someRounds(40, 6);
/** Between what is early and what is late; a sweep begins within it, however slow the machine is. */
const gapMs = 16_000;

describe(`retention: ${rounds.length} random sets of rules on a real Zot`, function () {
  this.timeout(600_000);
  let version: string;
  /** What was pushed and pulled, as a Zot left it. */
  let store: string;
  /** In the middle between early and late. */
  let boundary: number;
  const undo: Undo[] = [];

  before(async function () {
    version = await zotVersionOf(skipWithout("zot", this));
    const folder = await mkdtemp(join(tmpdir(), "zot-fleet-retention-"));
    undo.push(() => rm(folder, { recursive: true }));
    const { zot } = await configuredZot(this, { gcInterval: "24h" });
    undo.push(() => zot.stop());
    const client = adminOf(zot);
    undo.push(() => client.close());
    await fill(client, "early");
    const before = Date.now();
    await sleep(gapMs);
    boundary = (before + Date.now()) / 2;
    await fill(client, "late");
    store = join(folder, "storage");
    await copyStore(zot, store);
  });

  after(() => closeAll(undo));

  it("deletes the tags that decide names, and no others", async () => {
    const seen = { kept: 0, deleted: 0, either: 0 };
    for (const round of rounds) {
      const config = configOf(round, false);
      const { swept, left } = await sweep(round, config);
      assert.deepEqual(names(swept), round.tags.map(({ tag }) => tag).sort(), round.repository);
      for (const { tag, fate, why } of decisions(config, round, swept)) {
        seen[fate]++;
        const words = `${round.repository}:${tag} ${fate}, ${why}: ${JSON.stringify(round)}`;
        if (fate !== "either") assert.equal(left.includes(tag), fate === "kept", words);
        const said = swept.find((each) => each.tag === tag)?.decision;
        assert.equal(said === "keep", left.includes(tag), words);
      }
    }
    // Were one of them rare, this would prove little.
    const all = seen.kept + seen.deleted + seen.either;
    assert.ok(seen.kept > all * 0.25 && seen.deleted > all * 0.25, JSON.stringify(seen));
    assert.ok(seen.either < all * 0.1, JSON.stringify(seen));
  });

  it("says the same in a dry run, and deletes nothing", async () => {
    for (const round of rounds.slice(0, 12)) {
      const config = configOf(round, true);
      const { swept, left } = await sweep(round, config);
      assert.deepEqual(left, round.tags.map(({ tag }) => tag).sort());
      for (const { tag, fate, why } of decisions(config, round, swept)) {
        const said = swept.find((each) => each.tag === tag);
        assert.equal(said?.dryRun, true);
        if (fate !== "either")
          assert.equal(said.decision, fate === "kept" ? "keep" : "delete", `${tag}: ${why}`);
      }
    }
  });

  /** Pushes and pulls what is due, one after another: of two at the same instant Zot takes either. */
  async function fill(client: RegistryClient, when: PlannedTag["pushed"]): Promise<void> {
    for (const { repository, tags } of rounds) {
      for (const { tag, content } of tags.filter(({ pushed }) => pushed === when))
        await pushImage(client, repository, tag, `${repository} ${content}`);
      for (const { tag } of tags.filter(({ pulled }) => pulled === when))
        await client.getManifest(repository, tag);
    }
  }

  function configOf({ rules }: Round, dryRun: boolean): ZotConfig {
    const retention = { dryRun, rules: withAge(rules, Date.now() - boundary) };
    return testZotConfig({ version, retention });
  }

  /** What a Zot said of the round's repository, and what it left. */
  async function sweep(
    { repository }: Round,
    config: ZotConfig,
  ): Promise<{ swept: SweptTag[]; left: string[] }> {
    const zot = await sweptZot(config, store, repository);
    const client = adminOf(zot);
    try {
      return { swept: sweptTags(zot.log()), left: await tagsOf(client, repository) };
    } finally {
      await client.close();
      await zot.stop();
    }
  }
});

function decisions(config: ZotConfig, { repository }: Round, swept: SweptTag[]): Decision[] {
  const { retention } = config.storage;
  assert.ok(retention !== undefined);
  return decide(retention, repository, swept, swept[0]?.at ?? 0);
}

const names = (swept: readonly SweptTag[]) => swept.map(({ tag }) => tag).sort();
