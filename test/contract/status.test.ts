import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { findTool } from "../../src/system/tools";
import type { FleetStatus, StackStatus } from "../../src/reports/status/fleetStatus";
import { users } from "../checks/registries";
import { fleet } from "../cli/fleet";
import { useScratch } from "../images/scratch";
import { pushImage } from "../support/push";
import { inDays, repository, RunningFleet, version, type Tool } from "../support/runningFleet";
import { skipWithout } from "../support/skip";

const stacks = ["accra", "lima", "lisbon", "nairobi", "oslo", "ottawa", "quito", "tunis"];

const tool: Tool = findTool("zot") === undefined ? "docker-registry" : "zot";
const kind = tool === "zot" ? "zot" : "distribution";

describe(`status of eight registries with ${tool}`, function () {
  this.timeout(120_000);
  const scratch = useScratch();
  let eight: RunningFleet;

  const look = async (...args: string[]) => {
    const { folder, environment } = eight.project;
    const found = await fleet(["status", "-o", "json", ...args], { cwd: folder, env: environment });
    return { ...found, fleet: JSON.parse(found.stdout) as FleetStatus };
  };

  before(async function () {
    skipWithout(tool, this);
    eight = new RunningFleet(tool, scratch("fleet"));
    // Two of them have another image under the same tags.
    for (const stack of stacks)
      await eight.add(stack, ["nairobi", "oslo"].includes(stack) ? `for ${stack}` : "for all");
  });

  after(() => (eight as RunningFleet | undefined)?.stop());

  const of = ({ stacks: all }: FleetStatus, name: string): StackStatus => {
    const found = all.find(({ stack }) => stack === name);
    assert.ok(found);
    return found;
  };

  it("ends with 0 where all is fine, knows ages and which images differ, and shows no password", async () => {
    const page = scratch("fleet.html");
    const { code, fleet: seen, stdout, stderr } = await look("--html", page);
    assert.equal(code, 0, stderr + stdout);
    assert.equal(stderr, "");
    assert.deepEqual(
      seen.stacks.map(({ stack, verdict }) => `${stack} ${verdict}`),
      stacks.map((stack) => `${stack} fine`),
    );
    const ottawa = of(seen, "ottawa");
    assert.equal(ottawa.version.running, tool === "zot" ? version : undefined);
    assert.equal(ottawa.checks?.failed, 0);
    assert.ok(ottawa.checks.passed > 5);
    assert.equal(ottawa.credentials.length, 3);
    assert.match(ottawa.credentials[0]?.since ?? "", /^20/);
    assert.equal(ottawa.storage.declared, "20Gi");
    if (tool === "zot") assert.ok((ottawa.storage.usedBytes ?? 0) > 100);
    assert.deepEqual(
      seen.images.map(({ image, skew }) => [image, skew]),
      [
        ["team/app:latest", true],
        ["team/app:v1", true],
      ],
    );
    const [, row] = seen.images;
    assert.deepEqual(Object.keys(row?.stacks ?? {}), [...stacks]);
    for (const stack of stacks)
      assert.deepEqual(
        [row?.stacks[stack]?.state, row?.stacks[stack]?.digest],
        ["held", eight.of(stack).pushed.digest],
      );
    // These two were made of something else than what is locked.
    const behind = stacks.filter((stack) => row?.stacks[stack]?.behindLock);
    assert.deepEqual(behind, ["nairobi", "oslo"]);
    assert.deepEqual(of(seen, "oslo").pending, [
      { what: repository, deployed: "another image", declared: "what the lock has" },
    ]);
    const shown = readFileSync(page, "utf8");
    for (const stack of stacks) assert.ok(shown.includes(`<bdi>${stack}</bdi>`), stack);
    for (const password of Object.values(users))
      assert.ok(!stdout.includes(password) && !shown.includes(password));
  });

  it("is verified for Prometheus, each by itself, in what promtool takes", async function () {
    const promtool = skipWithout("promtool", this);
    const { folder, environment } = eight.project;
    const args = ["verify", "--stack", "accra", "-o", "prometheus"];
    const { stdout } = await fleet(args, { cwd: folder, env: environment });
    const options = { input: stdout, encoding: "utf8", stdio: "pipe" } as const;
    assert.equal(execFileSync(promtool, ["check", "metrics"], options), "");
    const line = `zot_fleet_check{stack="accra",code="ZF303",subject="${repository}:v1"} 1\n`;
    assert.ok(stdout.includes(line), stdout);
    for (const password of Object.values(users)) assert.ok(!stdout.includes(password));
  });

  it("finds each fault in its own stack, hides none behind another, and ends with 1", async () => {
    const report = scratch("registry-check.md");
    await eight.of("lima").registry.stop();
    await eight.asAdmin("tunis", (client) =>
      pushImage(client, repository, "latest", "of somebody"),
    );
    await eight.asAdmin("accra", (client) =>
      client.deleteManifest(repository, eight.of("accra").pushed.digest),
    );
    const older = eight.deployed("quito");
    older.asked.registry = { kind, version: "2.1.17" };
    eight.project.state("quito", older);
    eight.project.state(
      "lisbon",
      eight.deployed("lisbon", { rotation: { begun: 2, handedOut: 1 } }),
    );
    eight.project.state(
      "oslo",
      eight.deployed("oslo", {
        rotation: { begun: 1, handedOut: 1 },
        keys: [
          { label: "forge", expiresAt: inDays(-1) },
          { label: "nightly", expiresAt: inDays(80) },
        ],
      }),
    );
    eight.project.file("fez", { cluster: { name: "fez", context: "fez", domain: "fez.test" } });
    const { code, fleet: seen, stdout } = await look("--report", report);
    assert.equal(code, 1, stdout);
    const verdicts = Object.fromEntries(seen.stacks.map(({ stack, verdict }) => [stack, verdict]));
    assert.deepEqual(verdicts, {
      accra: "problems",
      fez: "not deployed",
      lima: "unreachable",
      lisbon: "problems",
      nairobi: "fine",
      oslo: "problems",
      ottawa: "fine",
      quito: tool === "zot" ? "problems" : "fine",
      tunis: "problems",
    });
    assert.match(of(seen, "lima").reason ?? "", /connection refused/);
    assert.ok(of(seen, "lisbon").rotation.interrupted);
    assert.deepEqual(
      of(seen, "oslo").keys.map(({ name, state, daysLeft }) => [name, state, daysLeft]),
      [
        ["forge", "expired", -1],
        ["nightly", "fine", 79],
      ],
    );
    assert.deepEqual(of(seen, "oslo").pending[0], {
      what: "rotation",
      deployed: "1",
      declared: "2",
    });
    if (tool === "zot")
      assert.deepEqual(
        of(seen, "quito").findings.map((finding) => [finding.code, finding.detail]),
        [["ZF402", "2.1.18 runs, 2.1.17 was declared"]],
      );
    const [latest, v1] = seen.images;
    assert.deepEqual(
      [latest?.stacks["tunis"]?.state, v1?.stacks["tunis"]?.state, v1?.stacks["lima"]?.state],
      ["moved", "held", "unknown"],
    );
    assert.equal(v1?.stacks["accra"]?.state, "absent");
    assert.equal(v1.stacks["fez"], undefined);
    const told = readFileSync(report, "utf8");
    assert.match(told, /\| lima \| × unreachable \|/);
    for (const text of [stdout, told])
      for (const hidden of [...Object.values(users), "zak_hidden"])
        assert.ok(!text.includes(hidden), hidden);
  });

  it("ends with 3 where only some could not be looked at, and where there is nothing to look at", async () => {
    const down = await look("-s", "ottawa", "--stack", "lima");
    assert.deepEqual(
      [down.code, ...down.fleet.stacks.map(({ verdict }) => verdict)],
      [3, "fine", "unreachable"],
    );
    const never = await look("-s", "fez");
    assert.deepEqual([never.code, never.fleet.stacks[0]?.verdict], [3, "not deployed"]);
    const mistyped = await look("-s", "otawa");
    assert.deepEqual([mistyped.code, mistyped.fleet.stacks[0]?.verdict], [3, "unknown"]);
    assert.match(mistyped.fleet.stacks[0]?.reason ?? "", /no stack named 'otawa' found/);
  });

  it("goes on where a stack file is wrong, and says so", async () => {
    eight.project.file("ottawa", {
      cluster: { name: "ottawa", contxt: "x", domain: "ottawa.test" },
    });
    const { code, fleet: seen } = await look("-s", "ottawa", "-s", "nairobi");
    assert.equal(code, 1);
    const [ottawa, nairobi] = seen.stacks;
    assert.equal(nairobi?.verdict, "fine");
    assert.equal(ottawa?.checks?.failed, 0);
    assert.match(ottawa.problems.join(), /zot-fleet:cluster\.contxt[^]*did you mean context/);
  });

  it("does not wait for a registry that hangs longer than it was told to", async () => {
    const hanging = eight.deployed("quito");
    const server = createServer(() => undefined).listen(0, "127.0.0.1");
    await new Promise((listening) => server.once("listening", listening));
    const { port } = server.address() as AddressInfo;
    hanging.asked.endpoint = { via: "address", url: `http://127.0.0.1:${port}` };
    eight.project.state("quito", hanging);
    try {
      const { code, fleet: seen } = await look("-s", "quito", "-s", "nairobi", "--timeout", "6s");
      assert.equal(code, 3);
      const verdicts = seen.stacks.map(({ stack, verdict }) => [stack, verdict]);
      assert.deepEqual(verdicts, [
        ["quito", "unreachable"],
        ["nairobi", "fine"],
      ]);
      assert.match(of(seen, "quito").reason ?? "", /in time|aborted/);
    } finally {
      server.close();
    }
  });
});
