import assert from "node:assert/strict";
import { once } from "node:events";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  appendFileSync,
} from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { homedir, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { writeDemoArchive } from "../../src/images/demoArchive";
import { filesHolding, spellings } from "../support/findText";
import { freePort, runLocalOnce, shown, startLocal, type LocalResult } from "../support/localRun";
import { skipWithout } from "../support/skip";

const checkout = resolve(__dirname, "../..");

for (const [kind, tool] of [
  ["distribution", "docker-registry"],
  ["zot", "zot"],
] as const) {
  describe(`npm run local, with ${kind}`, function () {
    this.timeout(300_000);
    const started = Date.now();
    const folder = mkdtempSync(join(tmpdir(), "local-"));
    const state = join(folder, "state/.pulumi/stacks/zot-fleet", `${kind}.json`);
    const log = () => readFileSync(join(folder, kind, "registry.log"), "utf8");
    const runs: LocalResult[] = [];
    let place: string[];

    before(async function () {
      for (const needed of ["pulumi", "skopeo", tool]) skipWithout(needed, this);
      place = ["--folder", folder, "--registry", kind, "--port", String(await freePort())];
    });
    after(() => {
      rmSync(folder, { recursive: true, force: true });
    });

    async function local(
      args: string[] = [],
      input?: string,
      from = checkout,
    ): Promise<LocalResult> {
      const run = await runLocalOnce([...place, ...args], {
        checkout: from,
        ...(input === undefined ? {} : { input }),
      });
      runs.push(run);
      return run;
    }

    it("makes, seeds and verifies a registry", async () => {
      const { code, report, stderr } = await local();
      assert.equal(code, 0, stderr);
      const { registry, changes, seeded, checks, results } = report();
      assert.equal(registry.kind, kind);
      assert.match(registry.version, /^\d+\.\d+\.\d+$/);
      assert.deepEqual(changes, { create: 5, update: 0, delete: 0, same: 0 });
      assert.deepEqual(
        seeded.map(({ image, tags, action }) => [image, tags, action]),
        [
          ["demo/hello", ["1.0", "latest"], "pushed"],
          ["demo/world", ["1.0", "latest"], "pushed"],
        ],
      );
      assert.equal(checks.failed, 0);
      assert.equal(results.length, checks.passed + checks.warning + checks.failed + checks.skipped);
      const codes = results
        .filter(({ status }) => status === "passed")
        .map((result) => result.code);
      for (const one of ["ZF101", "ZF201", "ZF202", "ZF203", "ZF301", "ZF302", "ZF303"])
        assert.ok(codes.includes(one), one);
    });

    it("changes nothing the second time, and writes nothing to the registry", async () => {
      const before = log().length;
      const { code, report } = await local();
      assert.equal(code, 0);
      assert.deepEqual(report().changes, { create: 0, update: 0, delete: 0, same: 5 });
      assert.deepEqual(
        report().seeded.map(({ action }) => action),
        ["present", "present"],
      );
      const since = log().slice(before);
      assert.match(since, /GET/);
      assert.deepEqual(writesIn(since), []);
    });

    const [first, second] = [`canary-ä-${"1".repeat(24)}`, `canary-ö-${"2".repeat(24)}`];

    it("takes a password from standard input, and rotates to another: the old one is refused", async () => {
      assert.equal((await local(["--admin-password-stdin"], `${first}\n`)).code, 0);
      const { code, report } = await local(["--admin-password-stdin"], `${second}\n`);
      assert.equal(code, 0);
      assert.equal(report().changes.update, 2, "the account and the verification");
      const refused = report().results.filter((result) => result.code === "ZF204");
      assert.deepEqual(
        refused.map(({ status }) => status),
        ["passed"],
      );
      assert.deepEqual((await local()).report().changes, {
        create: 0,
        update: 0,
        delete: 0,
        same: 5,
      });
    });

    it("seeds an archive that is given", async () => {
      const archive = join(folder, "given.tar");
      await writeDemoArchive(archive, {
        platform: "linux/arm64",
        repoTag: "x:1",
        files: { "a.txt": "a" },
      });
      const { code, report } = await local(["--seed", `${archive}=team/app:3f2a91c`]);
      assert.equal(code, 0);
      const [seed] = report().seeded.slice(-1);
      assert.deepEqual(
        [seed?.image, seed?.tags, seed?.action],
        ["team/app", ["3f2a91c"], "pushed"],
      );
      assert.match(seed?.digest ?? "", /^sha256:/);
    });

    it("writes the same providers from another checkout with other code behind them", async () => {
      const other = mkdtempSync(join(tmpdir(), "checkout-"));
      try {
        for (const part of ["src", "package.json", "tsconfig.json"])
          cpSync(join(checkout, part), join(other, part), { recursive: true });
        symlinkSync(join(checkout, "node_modules"), join(other, "node_modules"));
        appendFileSync(
          join(other, "src/resources/seed.ts"),
          "\nexport const addedByTheTest = true;\n",
        );
        assert.equal((await local()).code, 0);
        const before = providersIn(state);
        const { code, report, stderr } = await local([], undefined, other);
        assert.equal(code, 0, stderr);
        assert.equal(report().changes.update, 0);
        // A new state against a registry that holds everything: reads alone, and no skopeo.
        rmSync(state);
        const logged = log().length;
        const anew = await local([], undefined, other);
        assert.equal(anew.code, 0, anew.stderr);
        assert.deepEqual(
          anew.report().seeded.map(({ action }) => action),
          ["present", "present"],
        );
        assert.deepEqual(writesIn(log().slice(logged)), []);
        assert.ok(![...anew.commandLines].some((line) => line.includes("skopeo")));
        assert.deepEqual(providersIn(state), before);
        for (const text of before) assert.ok(text.length < 2048);
      } finally {
        rmSync(other, { recursive: true });
      }
    });

    it("says that a port is taken, and changes nothing", async () => {
      const server = createServer().listen(0, "127.0.0.1");
      await once(server, "listening");
      const { port } = server.address() as AddressInfo;
      const before = readFileSync(state, "utf8");
      const { code, stdout, stderr } = await local(["--port", String(port)]);
      server.close();
      assert.equal(code, 1);
      assert.equal(stdout, "");
      assert.match(
        stderr,
        new RegExp(`port ${port} cannot be used: something else listens on it.*--port`),
      );
      assert.equal(readFileSync(state, "utf8"), before);
    });

    it("refuses a second run beside the first, which goes on", async () => {
      const one = startLocal(place);
      while (!existsSync(join(folder, "lock.json"))) await sleep(50);
      const two = await local();
      assert.equal(two.code, 1);
      assert.match(two.stderr, /process \d+ is already at work in/);
      await shown(one.child.stdout, "until you press Ctrl-C");
      one.child.kill("SIGINT");
      const { code } = await one.result;
      assert.equal(code, 0);
    });

    it("stops cleanly when it is interrupted on the way, and goes on the next time", async () => {
      const password = "interrupted-password";
      const { child, result } = startLocal([...place, "--admin-password-stdin"], {
        input: password,
      });
      await shown(child.stdout, "updated Account");
      child.kill("SIGTERM");
      const { code, stdout } = await result;
      assert.equal(code, 1);
      assert.match(stdout, /interrupted; run it again/);
      assert.ok(
        !existsSync(join(folder, "lock.json")) && !existsSync(join(folder, kind, "registry.json")),
      );
      assert.equal((await local()).code, 0);
    });

    it("goes on after a killed run, at whatever moment", async () => {
      for (const moment of ["registry:", "updated Account", "updated Verification"]) {
        const password = `killed-${moment}-password`;
        const { child, result } = startLocal([...place, "--admin-password-stdin"], {
          input: password,
        });
        await shown(child.stdout, moment);
        child.kill("SIGKILL");
        await result;
        const next = await local();
        assert.equal(next.code, 0, `killed at "${moment}": ${next.stderr}`);
        assert.equal(next.report().checks.failed, 0);
      }
    });

    it("keeps passwords out of output, state, command lines and files elsewhere", () => {
      const texts = [first, second].flatMap((secret) => spellings(secret, "admin"));
      for (const { stdout, stderr, commandLines } of runs) {
        for (const text of texts) {
          assert.ok(!stdout.includes(text) && !stderr.includes(text));
          const latin1 = Buffer.from(text).toString("latin1");
          for (const line of commandLines) assert.ok(!line.includes(latin1));
        }
      }
      assert.ok(
        runs.some(({ commandLines }) => [...commandLines].some((line) => line.includes("skopeo"))),
      );
      assert.deepEqual(filesHolding(texts, join(folder, "state"), 0), []);
      const elsewhere = [tmpdir(), homedir(), checkout, "/var/tmp"].filter(existsSync);
      const skipped = [folder, join(checkout, "node_modules"), join(checkout, "test")];
      for (const place of elsewhere)
        assert.deepEqual(filesHolding(texts, place, started, skipped), []);
      // The search itself must be able to find: the one place where the password may lie.
      assert.ok(
        filesHolding([...spellings("killed-updated Verification-password", "admin")], folder, 0)
          .length > 0,
      );
    });
  });
}

/** The lines of a registry's log that tell of a request which writes. */
const writesIn = (log: string) =>
  log.split("\n").filter((line) => /"(POST|PUT|PATCH)[" ]/.test(line));

function providersIn(state: string): string[] {
  const texts = [
    ...readFileSync(state, "utf8").matchAll(/"__provider":\s*("(?:[^"\\]|\\.)*")/g),
  ].map(([, text = '""']) => JSON.parse(text) as string);
  assert.ok(texts.length > 0, "the state holds providers in the clear");
  return [...new Set(texts)].sort();
}
