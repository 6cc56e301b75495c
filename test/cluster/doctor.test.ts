import assert from "node:assert/strict";
import type { Finding } from "../../src/doctor/finding";
import { isSkipped, skipBecause } from "../support/skip";
import { closeAll } from "../support/undo";
import type { Asked, Situation } from "../support/doctor/situation";
import { World } from "../support/doctor/world";
import { brokenBy } from "./doctor/all";
import {} from "../support/clusterProject";

interface Diagnosis {
  findings: Finding[];
  seen: string[];
}

/** Commands that can be run as they are printed, and change nothing. */
const onlyReads =
  /^kubectl --context \S+ -n \S+ (?:get|describe|logs) |^npm run --silent fleet -- inspect /;

describe("doctor, where a cluster was broken", function () {
  this.timeout(300_000);
  let world: World;

  before(async function () {
    world = await World.open(this);
  });

  after(async function () {
    if (!isSkipped(this)) await world.close();
  });

  const ask = async ({ registry, args = [], input = "" }: Asked) => {
    const { code, stdout, stderr } = await registry.doctor([...args, "-o", "json"], input);
    assert.equal(stderr, "");
    assert.deepEqual((await world.secrets()).in(stdout), [], "a credential");
    return { code, ...(JSON.parse(stdout) as Diagnosis) };
  };

  function tells({ codes, title, how, control, make }: Situation): void {
    it(`${codes.join(" and ")}: ${title} (${how}; beside it, ${control})`, async () => {
      const made = await make(world);
      try {
        const [broken, healthy] = await Promise.all([ask(made.broken), ask(made.control)]);
        assert.deepEqual(
          [...new Set(broken.findings.map((finding) => finding.code))].slice(0, codes.length),
          codes,
          `of "${made.broken.input ?? ""}": ${JSON.stringify(broken.findings, null, 2)}`,
        );
        assert.match(broken.findings[0]?.detail ?? "", made.says);
        assert.equal(broken.code, 1);
        assert.deepEqual([healthy.code, healthy.findings], [0, []]);
        for (const { command = "" } of broken.findings)
          if (onlyReads.test(command)) await made.broken.registry.shell(command);
      } finally {
        await closeAll([() => world.clean(), ...(made.mend === undefined ? [] : [made.mend])]);
      }
    });
  }

  it("blames an image volume's pull on the volume, and does not call what it cannot see current", async function () {
    const { host } = world.registry;
    const plan = { name: "volume", image: `${host}/shop/web:v1`, volume: `${host}/shop/web:v8` };
    const refusal = await world.failing(plan).catch(String);
    if (refusal.includes("spec.volumes")) skipBecause("this cluster takes no image volumes", this);
    try {
      const args = ["--pod", `${world.namespaces.team}/volume`];
      const { findings, seen } = await ask({ registry: world.registry, args });
      assert.deepEqual(
        findings.map(({ code, subject }) => [code, subject]),
        [["ZD301", `${world.namespaces.team}/volume (volume data)`]],
      );
      assert.match(seen.join("\n"), /1 of them image volumes: unknown/);
    } finally {
      await world.clean();
    }
  });

  for (const [what, situations] of Object.entries(brokenBy))
    describe(`by ${what}`, () => {
      situations.forEach(tells);
    });
});
