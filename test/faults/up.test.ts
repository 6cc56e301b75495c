import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { Seed, Verification } from "../../src/resources/classes";
import type { SeedInputs } from "../../src/resources/seed";
import { useScratch } from "../images/scratch";
import { describeEachRegistry, type RegistryFixture } from "../support/eachRegistry";
import { EngineStack } from "../support/engineStack";
import { withClock } from "../support/otherClock";
import { lockedPlatform, seedInputs } from "../support/seeding";
import { isSkipped, skipWithout } from "../support/skip";
import { faults } from "./allFaults";
import { isLookedAt, type Fault } from "./fault";
import { Stage, type OpenScene } from "./scene";
import { admin, assertFit } from "./words";

interface Case {
  fault: Fault;
  scene: OpenScene;
  inputs: SeedInputs;
}

const wanted = faults.filter(({ up }) => isLookedAt(up));

describeEachRegistry("deployments, when something goes wrong", (fixture) => {
  deploy(
    fixture,
    wanted.filter(({ standsStill }) => standsStill !== true),
    (work) => work(),
  );
});

describeEachRegistry("deployments whose skopeo stands still", (fixture) => {
  deploy(
    fixture,
    wanted.filter(({ standsStill }) => standsStill === true),
    // The ten minutes that it may do so are fifteen seconds, and it is looked at every thirty.
    (work) => withClock("fastClock.cjs", { TEST_CLOCK_FACTOR: "40" }, work),
  );
});

/** A seed and its verification, each over a way of its own with a fault of its own: all in one deployment, as they would be in many. */
function deploy(
  fixture: RegistryFixture,
  wanted: readonly Fault[],
  around: (work: () => Promise<Map<string, string>>) => Promise<Map<string, string>>,
): void {
  const scratch = useScratch();
  const cases = new Map<string, Case>();
  let stage: Stage | undefined;
  let stack: EngineStack;
  let first: Map<string, string>;
  let second: Map<string, string>;
  let after1: string[];

  before(async function () {
    this.timeout(1_800_000);
    for (const tool of ["pulumi", "toxiproxy-server"]) skipWithout(tool, this);
    stage = await Stage.open(scratch("stage"));
    for (const [number, fault] of wanted.entries()) {
      const repository = `faults/up-${number}`;
      const archive = scratch(`up-${number}.tar`);
      // The first layer, which a verification reads.
      const files = { "srv/data": randomBytes(200_000).toString("hex") };
      const image = { platform: "linux/amd64", repoTag: `${repository}:1`, files };
      const platforms = [await lockedPlatform(archive, image)];
      const scene = await stage.scene(fixture.registry.url, repository, archive);
      const inputs = seedInputs(scene.network.url, { repository, platforms });
      cases.set(fault.name, { fault, scene, inputs });
    }
    stack = await EngineStack.open("faults", program, scratch("stack"));
    for (const { fault, scene } of cases.values()) await fault.make?.(scene);
    first = await around(() => stack.up());
    for (const { fault, scene } of cases.values()) {
      await scene.mend();
      await fault.lift?.(scene);
    }
    second = await stack.up();
    after1 = await stack.preview();
  });
  after(async function () {
    if (!isSkipped(this)) await stage?.close();
  });

  function program(): Promise<void> {
    for (const [name, { inputs }] of cases) {
      const seed = new Seed(`seed ${name}`, inputs);
      const { repository, tags, digest, problem } = seed;
      new Verification(`check ${name}`, {
        endpoint: inputs.endpoint,
        accounts: [{ ...admin, role: "admin" }],
        images: [{ repository, tags, digest, problem, platforms: ["linux/amd64"] }],
        registry: { kind: fixture.registry.kind },
      });
    }
    return Promise.resolve();
  }

  for (const { name, up } of wanted)
    it(`${name}: ${up === "recovers" ? "go on" : "say so"}`, () => {
      const words = first.get(`check ${name}`) ?? "";
      assertFit(words);
      assert.equal(first.get(`seed ${name}`), undefined, "a seed that fails stops nothing else");
      if (typeof up === "object" && "says" in up) assert.match(words, up.says);
      else assert.equal(words, "");
    });

  it("converge with one more, once all is lifted, and a preview after it is empty", () => {
    assert.deepEqual([...second], []);
    assert.deepEqual(after1, []);
  });
}
