import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commands } from "../../src/cli/commands";
import { filesHolding } from "../support/findText";
import { madeSecrets } from "../support/leaks/canaries";
import { casesOf, type Case } from "../support/leaks/cases";
import { places, placeOf, textOf } from "../support/leaks/places";
import { LeakWorld } from "../support/leaks/world";
import { reasons } from "../support/lifecycle/invariants";
import type { EngineRun } from "../support/lifecycle/project";
import { SecretSearch } from "../support/secretSearch";
import { isSkipped, skipWithout } from "../support/skip";

/** A place where a process fails: within what it does, or where nobody catches it. */
const howEach = (place: string) =>
  ["thrown", "rejected", "uncaught"].map((how) => `${place}:${how}`);

/** Where a command fails that knows every secret of a stack. */
const crashes = ["start", "connect", "parse"].flatMap(howEach);

/*
 * Every kind of secret is a canary, and every command is run, well and badly: nothing that others may see holds one, in any spelling.
 */
describe("secrets", function () {
  this.timeout(0);
  let world: LeakWorld;
  let folder = "";
  let search: SecretSearch;
  let cases: Record<string, Case[]>;
  const explained = new Set<string>();
  /** Where processes failed as they were asked to. */
  const crashed: string[] = [];

  before(async function () {
    for (const tool of ["pulumi", "skopeo", "docker-registry"]) skipWithout(tool, this);
    folder = mkdtempSync(join(tmpdir(), "zot-fleet-leaks-"));
    world = await LeakWorld.open(folder);
    cases = await casesOf(world);
    know();
  });
  after(async function () {
    if (isSkipped(this)) return;
    await world.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** What was made so far is looked for from now on, what was made before as well. */
  let made: Record<string, string> = {};
  function know(): void {
    const { given, project } = world;
    if (existsSync(project.file)) made = { ...made, ...madeSecrets(project.export(true)) };
    search = new SecretSearch({ ...given, ...made });
  }

  /** Of what a run told, of the processes that it started and of the files that it wrote, nothing holds a secret without a reason. */
  function assertClean(what: string, ...told: string[]): void {
    for (const [at, text] of told.entries())
      assert.deepEqual(search.in(text), [], `${what}, text ${at}: ${text.slice(0, 2000)}`);
    for (const entry of world.recorded()) {
      if (entry.kind === "crash") crashed.push(entry.place);
      const found = search.in(textOf(entry));
      if (found.length === 0) continue;
      const place = placeOf(entry, found);
      const { kind } = entry;
      const where = kind === "start" ? entry.args.join(" ") : kind === "write" ? entry.path : kind;
      assert.ok(place, `${what}: ${found.join(", ")} in ${kind} ${where}`);
      if (entry.kind === "start") assert.deepEqual(search.in(entry.args.join("\n")), [], where);
      explained.add(place.reason);
    }
    // Of what was written for a moment nothing is left.
    for (const name of ["tmp", "home", "cache"])
      assert.deepEqual(filesHolding(search, join(folder, name), 0), [], what);
    const { folder: project } = world.project;
    for (const name of ["state", "home", "stacks"])
      assert.deepEqual(filesHolding(search, join(project, name), 0), [], what);
  }

  function assertRun(what: string, run: EngineRun): void {
    know();
    assertClean(what, run.output, withoutDebug(run.events));
  }

  async function call({ args, code, ...options }: Case, more: string[] = []): Promise<void> {
    const report = more.at(-1) ?? "";
    const result = await world.fleet([...args, ...more], options);
    const told = existsSync(report) ? readFileSync(report, "utf8") : "";
    assertClean([...args, ...more].join(" "), result.stdout, result.stderr, told);
    assert.equal(result.code, code, `${args.join(" ")}: ${result.stdout}${result.stderr}`);
    rmSync(report, { force: true });
  }

  describe("in a deployment", () => {
    it("are in no preview, no deployment, no event log, no state, and in nothing that is left", async () => {
      const { project } = world;
      await project.configure(await world.deployable());
      await call({ args: ["promote", "--from", "accra", "--stack", "test"], code: 0 });
      const preview = await project.preview();
      assert.ok(preview.ok, reasons(preview));
      assertRun("the first preview", preview);
      const run = await project.up();
      assertRun("the first deployment", run);
      assert.ok(run.ok, reasons(run));
      const json = await project.preview({ json: true });
      writeFileSync(join(folder, "preview.json"), json.output.slice(json.output.indexOf("{")));
      assertRun("a preview for programs", json);
      assertClean(
        "an export",
        project.export(),
        await project.pulumi(["stack", "output", "--json"]),
      );
    });

    it("are in the cluster in Secrets alone, and not in those of Helm", () => {
      const holding = world
        .objects()
        .filter((object) => search.in(JSON.stringify(object)).length > 0);
      const named = holding.map(({ kind, metadata: { name } }) => `${kind} ${name}`);
      assert.ok(named.includes("Secret zot-secret"), "the search finds none where there are some");
      assert.deepEqual(
        named.filter((name) => !/^Secret (?!sh\.helm\.)/.test(name)),
        [],
      );
      assert.deepEqual(search.in(world.cluster.pod.log), []);
      assert.deepEqual(search.in(world.source.log), []);
    });
  });

  describe("in a command", () => {
    it("every command has calls that end well and calls that do not", () => {
      assert.deepEqual(
        Object.keys(cases),
        commands().map((command) => command.name()),
      );
      for (const [name, calls] of Object.entries(cases)) {
        assert.ok(
          calls.some(({ code }) => code === 0),
          name,
        );
        assert.ok(
          calls.some(({ code }) => code !== 0),
          name,
        );
      }
    });

    for (const command of commands())
      it(`are not told, handed on or left by ${command.name()}`, async () => {
        const output = command.options.find(({ long }) => long === "--output");
        for (const each of cases[command.name()] ?? [])
          if (each.everyFormat !== true) await call(each);
          else
            for (const format of output?.argChoices ?? []) {
              const ending = { prometheus: "prom", html: "html" }[format] ?? "md";
              await call(each, ["-o", format, "--report", join(folder, `report.${ending}`)]);
            }
      });

    for (const crash of crashes)
      it(`are not told where it fails at ${crash}`, async () => {
        const args = ["verify", "--stack", "test"];
        const { stdout, stderr, code } = await world.fleet(args, {
          env: { ZOT_FLEET_CRASH: crash },
        });
        assertClean(crash, stdout, stderr);
        assert.notEqual(code, 0, stdout);
        assert.match(stderr, /injected at|cannot be read|no JSON/);
      });

    it("are not told of a stack file that has them in plain text, in no YAML", async () => {
      const stacks = join(world.project.folder, "stacks");
      const secret = world.given["password on standard input"];
      mkdirSync(stacks, { recursive: true });
      writeFileSync(
        join(stacks, "Pulumi.broken.yaml"),
        `config:\n  zot-fleet:adminPassword: "x"${secret}\n`,
      );
      try {
        for (const args of [
          ["lock"],
          ["mirrors", "--stack", "broken"],
          ["status", "--stack", "broken"],
          ["verify", "--stack", "broken"],
        ]) {
          const { code, stdout, stderr } = await world.fleet(args);
          // The file itself is where it was written.
          assert.deepEqual(search.in(stdout + stderr), [], args.join(" "));
          assert.notEqual(code, 0);
        }
        world.recorded();
      } finally {
        rmSync(join(stacks, "Pulumi.broken.yaml"));
      }
    });
  });

  describe("in a provider that fails", () => {
    for (const crash of howEach("connect"))
      it(`are not told at ${crash}`, async () => {
        const { project } = world;
        await project.configure(await world.deployable(crash));
        crashed.length = 0;
        const run = await world.upFailing(crash);
        assertRun(crash, run);
        assert.deepEqual(crashed.splice(0), [crash.split(":", 1)[0]]);
      });
  });

  describe("in the end", () => {
    it("are not told by a deployment that fails, of whatever a stack may hold", async () => {
      const { project } = world;
      await world.shutForge();
      await project.configure({ ...(await world.deployable("last")), rotation: 2 });
      const late = await project.up();
      assertRun("a deployment whose forge is away", late);
      assert.match(late.output, /the Actions secrets of team\/app at \S+: .*connection refused/);
      await project.configure(world.everyOther());
      assertRun("a preview of every other secret", await project.preview());
      const failed = await project.up();
      assert.ok(!failed.ok, "there are no such pods");
      assertRun("a deployment that fails", failed);
      assertClean("the state after it", project.export());
    });

    it("have no place that nobody uses", () => {
      assert.deepEqual(
        places.map(({ reason }) => reason).filter((reason) => !explained.has(reason)),
        [],
      );
      assert.ok(readdirSync(join(folder, "tmp")).every((name) => !name.startsWith("zot-fleet-")));
    });
  });
});

/**
 * The event log as it is without lines of the severity debug. Pulumi's SDK tells all that it registers in those, in plain text; nothing
 * shows them but this log, which is asked for by a hidden flag, and `--debug` (docs/security.md).
 */
const withoutDebug = (events: string) =>
  events
    .split("\n")
    .filter((line) => !line.includes('"severity":"debug"'))
    .join("\n");
