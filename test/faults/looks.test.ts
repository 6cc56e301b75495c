import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import pLimit from "p-limit";
import type { ExpectedImage } from "../../src/checks/expectations";
import { stall } from "../../src/system/stalled";
import { useScratch } from "../images/scratch";
import { describeEachRegistry } from "../support/eachRegistry";
import { processes } from "../support/processes";
import { pushImage } from "../support/push";
import { lockedPlatform, seedInputs } from "../support/seeding";
import { isSkipped, skipWithout } from "../support/skip";
import { faults } from "./allFaults";
import { isLookedAt, type Cell, type Look } from "./fault";
import { Stage } from "./scene";
import { assertFit, said } from "./words";

const looksHere = ["seeding", "verification", "doctor"] as const satisfies readonly Look[];
type LookHere = (typeof looksHere)[number];

/** No look may take longer than this to say what is wrong: a client waits four times 30 seconds for an answer. */
const longestMs = 5 * 60_000;

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "latin1").replaceAll("\0", " ");
  } catch {
    return "";
  }
}

describeEachRegistry("what goes wrong between here and a registry", (fixture) => {
  const scratch = useScratch();
  /** Looks at once: most of one is waiting. */
  const pool = pLimit(8);
  const taken = new Map<string, Promise<void>>();
  /** Of the ways that were made, by which the processes of these looks are known. */
  const hosts: string[] = [];
  let stage: Stage | undefined;
  let held: ExpectedImage;

  const cases = faults.flatMap((fault, number) =>
    looksHere
      .filter((look) => isLookedAt(fault[look]))
      .map((look) => ({ fault, look, cell: fault[look], repository: `faults/${look}-${number}` })),
  );

  const { afterMs } = stall;
  before(async function () {
    skipWithout("toxiproxy-server", this);
    stall.afterMs = 60_000;
    stage = await Stage.open(scratch("stage"));
    const content = randomBytes(50_000).toString("hex");
    const { digest } = await pushImage(fixture.client, "team/held", "1.0", content);
    held = { repository: "team/held", tags: ["1.0"], digest, platforms: ["linux/amd64"] };
    for (const each of cases) {
      const look = pool(() => takeLook(each));
      look.catch(() => undefined);
      taken.set(each.repository, look);
    }
  });
  after(async function () {
    if (isSkipped(this)) return;
    await Promise.allSettled(taken.values());
    await stage?.close();
    stall.afterMs = afterMs;
  });

  for (const { fault, look, cell, repository } of cases)
    it(`${fault.name}: ${look} ${cell === "recovers" ? "goes on" : "says so, and is well afterwards"}`, async function () {
      this.timeout(1_800_000);
      await taken.get(repository);
    });

  it("leaves no folder with credentials and no process behind", async function () {
    this.timeout(1_800_000);
    await Promise.allSettled(taken.values());
    const ours = new RegExp(`^zot-fleet-[0-9a-f]+-${process.pid}-`);
    assert.deepEqual(
      readdirSync(tmpdir()).filter((name) => ours.test(name)),
      [],
    );
    const left = processes().map(commandLine);
    assert.deepEqual(
      left.filter((line) => hosts.some((host) => line.includes(`${host}/faults/`))),
      [],
    );
  });

  async function takeLook({ fault, look, cell, repository }: (typeof cases)[number]) {
    assert.ok(stage);
    const archive = scratch(`${repository.replace("/", "-")}.tar`);
    const scene = await stage.scene(fixture.registry.url, repository, archive);
    hosts.push(new URL(scene.network.url).host);
    const say = await speaker(look, scene.network.url, repository, archive);
    await fault.make?.(scene);
    const began = Date.now();
    const words = await say();
    assert.ok(Date.now() - began < longestMs, `${Date.now() - began} ms`);
    await scene.mend();
    await fault.lift?.(scene);
    assertFit(words);
    assertSaid(cell, words);
    assert.equal(await say(), "", "once it is lifted");
  }

  function assertSaid(cell: Cell, words: string): void {
    if (cell === "recovers") assert.equal(words, "");
    else if (typeof cell === "object" && "says" in cell) assert.match(words, cell.says);
  }

  /** What the look says now, and says again when it is asked again. */
  async function speaker(look: LookHere, url: string, repository: string, archive: string) {
    if (look !== "seeding") return () => said[look](url, held);
    const image = { platform: "linux/amd64", repoTag: `${repository}:1`, sizeBytes: 200_000 };
    const platforms = [await lockedPlatform(archive, image)];
    const inputs = seedInputs(url, { repository, platforms });
    return () => said.seeding(inputs);
  }
});
