import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { writeDemoArchive } from "../../src/images/archives/demoArchive";
import { parseLock } from "../../src/seeding/lock";
import { join } from "node:path";
import { useScratch } from "../images/scratch";
import { fleet } from "./fleet";

interface Seed {
  image: string;
  tags: (string | number)[];
  archives: Record<string, string>;
}

const app: Seed = { image: "team/app", tags: ["v1"], archives: { "linux/amd64": "app.tar" } };
const tool: Seed = { image: "team/tool", tags: ["v1"], archives: { "linux/arm64": "tool.tar" } };

describe("lock", function () {
  this.timeout(300_000);
  const scratch = useScratch();

  async function project(name: string, stacks: Record<string, Seed[] | string>) {
    const folder = scratch(name);
    mkdirSync(`${folder}/stacks`, { recursive: true });
    writeFileSync(`${folder}/Pulumi.yaml`, "name: zot-fleet\n");
    const path = `${folder}/stacks/seeds.lock`;
    const stack = (name: string, seeds: Seed[] | string) => {
      const text = typeof seeds === "string" ? seeds : stackFile(seeds);
      writeFileSync(`${folder}/stacks/Pulumi.${name}.yaml`, text);
    };
    for (const [name, seeds] of Object.entries(stacks)) stack(name, seeds);
    const archive = (file: string, platform: string, content = "one") =>
      writeDemoArchive(`${folder}/${file}`, { platform, repoTag: `x:${content}` });
    await archive("app.tar", "linux/amd64");
    await archive("tool.tar", "linux/arm64");
    const lock = (...args: string[]) => fleet(["lock", ...args], { cwd: `${folder}/stacks` });
    const read = () => (existsSync(path) ? readFileSync(path, "utf8") : undefined);
    return { folder, path, stack, archive, lock, read };
  }

  /** JSON is YAML. */
  const stackFile = (seeds: Seed[]) =>
    JSON.stringify({
      encryptionsalt: "v1:x",
      config: { "zot-fleet:seeds": seeds, "aws:region": "x" },
    });

  it("locks the seeds of all stacks, tells each archive, and then has nothing to do", async () => {
    const { lock, read } = await project("all", {
      one: [app],
      two: [{ ...app, tags: ["v2"] }, tool],
    });
    const check = await lock("--check");
    assert.equal(check.code, 1, check.stderr);
    assert.equal(read(), undefined);
    const first = await lock();
    assert.equal(first.code, 0, first.stderr);
    assert.match(
      first.stdout,
      /^\+ added {6}app\.tar {3}team\/app: linux\/amd64, v1 v2, sha256:[0-9a-f]{12}$/m,
    );
    assert.match(first.stdout, /^2 added, 0 changed, 0 removed, 0 unchanged$/m);
    const locked = parseLock(read() ?? "");
    assert.deepEqual(Object.keys(locked.seeds), ["team/app", "team/tool"]);
    const again = await lock("--check");
    assert.equal(again.code, 0);
    assert.match(again.stdout, /^0 added, 0 changed, 0 removed, 2 unchanged\n$/m);
  });

  it("tells what changed and what no stack names any more", async () => {
    const { lock, stack, archive } = await project("changes", { one: [app, tool] });
    await lock();
    await archive("app.tar", "linux/amd64", "another");
    stack("one", [{ ...app, tags: ["v1", "v2"] }]);
    const found = await lock();
    assert.match(
      found.stdout,
      /^~ changed {4}app\.tar .*image ID sha256:\w+ -> sha256:\w+; tags v1 -> v1 v2/m,
    );
    assert.match(found.stdout, /^- removed {4}tool\.tar {2}team\/tool: no stack names it$/m);
    assert.match(found.stdout, /^0 added, 1 changed, 1 removed, 0 unchanged$/m);
  });

  it("tells all that is wrong at once, and then writes nothing", async () => {
    const { folder, lock, read } = await project("wrong", {
      one: [app, { ...tool, archives: { "linux/amd64": "tool.tar" } }],
      two: [{ ...app, tags: [1.1] }],
      three: "config: [",
      four: [{ ...app, image: "team/none", archives: { "linux/amd64": "none.tar" } }],
    });
    writeFileSync(`${folder}/stacks/notes.yaml`, "not: ours");
    const found = await lock();
    assert.equal(found.code, 1);
    assert.equal(read(), undefined);
    assert.match(
      found.stderr,
      /^- team\/tool \(linux\/amd64\): .*linux\/arm64, the seed promises linux\/amd64/m,
    );
    assert.match(found.stderr, /^- team\/none \(linux\/amd64\): .*none\.tar/m);
    assert.match(
      found.stderr,
      /^- stacks\/Pulumi\.two\.yaml: zot-fleet:seeds\[0\]\.tags\[0\]: found the number 1\.1/m,
    );
    assert.match(found.stderr, /^- stacks\/Pulumi\.three\.yaml: /m);
  });

  it("keeps what is locked of archives that are elsewhere, and says so", async () => {
    const { folder, lock, read } = await project("elsewhere", { one: [app, tool] });
    await lock();
    const before = read();
    rmSync(`${folder}/tool.tar`);
    const found = await lock();
    assert.equal(found.code, 0, found.stderr);
    assert.match(
      found.stdout,
      /^= kept {7}tool\.tar {2}team\/tool: linux\/arm64, v1, sha256:\w+; as it was locked, its archive was not looked at$/m,
    );
    assert.match(found.stdout, /0 removed, 1 unchanged, 1 kept without a look at the archive$/m);
    assert.equal((await lock("--check", "--keep-missing")).code, 0);
    assert.equal(read(), before);
  });

  it("looks at the archives of the stacks that are named, and keeps what is locked of others", async () => {
    const { folder, lock, read, archive, stack } = await project("named", {
      one: [app],
      two: [{ ...app, tags: ["v2"] }, tool],
    });
    await lock();
    const [before] = [parseLock(read() ?? "")];
    await archive("app.tar", "linux/amd64", "another");
    await archive("tool.tar", "linux/arm64", "another");
    stack("three", [{ ...tool, image: "team/new", archives: { "linux/arm64": "none.tar" } }]);
    const found = await lock("--stack", "one");
    assert.equal(found.code, 0, found.stderr);
    const after = parseLock(read() ?? "");
    assert.deepEqual(after.seeds["team/tool"], before.seeds["team/tool"]);
    assert.notEqual(
      after.seeds["team/app"]?.["app.tar"]?.imageId,
      before.seeds["team/app"]?.["app.tar"]?.imageId,
    );
    assert.deepEqual(after.seeds["team/app"]?.["app.tar"]?.tags, ["v1", "v2"]);
    assert.match(found.stdout, /^= kept .*tool\.tar/m);
    assert.equal(
      (await lock()).code,
      1,
      "what nobody has and nobody locked is a problem where it is asked for",
    );
    const unknown = await lock("--stack", "nobody");
    assert.match(unknown.stderr, /there is no stack file of nobody in stacks\//);
    assert.ok(existsSync(`${folder}/stacks/seeds.lock`));
  });

  it("has nothing to do on a fresh clone", async () => {
    const root = join(__dirname, "../..");
    for (const args of [["lock"], ["lock", "--check"]]) {
      const found = await fleet(args, { cwd: root });
      assert.equal(found.code, 0, found.stderr);
    }
    assert.ok(!existsSync(join(root, "stacks/seeds.lock")));
  });

  it("writes a lock anew that was merged and not resolved", async () => {
    const { lock, path, read } = await project("merged", { one: [app] });
    writeFileSync(path, "<<<<<<< ours\n");
    const found = await lock();
    assert.equal(found.code, 0);
    assert.match(found.stderr, /conflict markers/);
    assert.ok(parseLock(read() ?? ""));
  });

  it("ends with 2 where there is no project", async () => {
    const found = await fleet(["lock"], { cwd: "/" });
    assert.match(found.stderr, /there is no Pulumi.yaml in \/ or above it/);
    assert.equal(found.code, 2);
  });
});
