import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { RegistryClient } from "../../src/registry/client";
import { parseReleases } from "../../src/seeding/releases";
import type { Source } from "../../src/seeding/promoted";
import { fleet } from "../cli/fleet";
import { useScratch } from "../images/scratch";
import { collect, useFakes } from "../support/fakeRegistry";
import { startZot, type RunningRegistry } from "../support/registry";
import { promotedInputs, pushRelease, type PushedRelease } from "../support/release";
import { changes, create, refresh, remove, update } from "../support/seeding";
import { skipWithout } from "../support/skip";

const admin = { username: "admin", password: "secret" };
const users = { admin: "secret", reader: "reader-of-accra", creator: "creator-of-ottawa" };
/** Where the image lies at the source, and where it is to be. */
const there = "fleet/team/app";
const here = "team/app";

describe("promotion, from one zot to another", function () {
  this.timeout(120_000);
  const fakes = useFakes();
  const scratch = useScratch();
  let accra: RunningRegistry;
  let ottawa: RunningRegistry;
  let atAccra: RegistryClient;
  let atOttawa: RegistryClient;
  let source: Source;
  const endings: (() => Promise<void>)[] = [];

  before(async function () {
    skipWithout("zot", this);
    skipWithout("skopeo", this);
    const policies = [
      { users: ["admin"], actions: ["read", "create", "update", "delete"] },
      { users: ["reader"], actions: ["read"] },
      { users: ["creator"], actions: ["read", "create"] },
    ];
    const repositories = { "**": { policies, defaultPolicy: [] } };
    const start = () => startZot({ users, config: { http: { accessControl: { repositories } } } });
    accra = await start();
    endings.push(() => accra.stop());
    ottawa = await start();
    endings.push(() => ottawa.stop());
    atAccra = new RegistryClient({ url: accra.url, credentials: admin });
    atOttawa = new RegistryClient({ url: ottawa.url, credentials: admin });
    endings.push(
      () => atAccra.close(),
      () => atOttawa.close(),
    );
    source = { name: "accra", address: { url: accra.url }, prefix: "fleet" };
  });
  after(async () => {
    for (const end of endings.reverse()) await end();
  });

  /** What both were asked while `work` ran, as `GET /v2/…`. */
  async function asked(
    work: () => Promise<unknown>,
  ): Promise<{ accra: string[]; ottawa: string[] }> {
    const both = { accra, ottawa };
    const from: Record<string, number> = {};
    for (const [name, registry] of Object.entries(both)) {
      await registry.quiet();
      from[name] = registry.requests().length;
    }
    await work();
    const since = async (name: "accra" | "ottawa") => {
      await both[name].quiet();
      return both[name]
        .requests()
        .slice(from[name])
        .map(({ method, path }) => `${method} ${path}`);
    };
    return { accra: await since("accra"), ottawa: await since("ottawa") };
  }

  const heldAt = async (client: RegistryClient, repository: string, reference: string) =>
    (await client.headManifest(repository, reference))?.digest;

  const referrersAt = async (client: RegistryClient, repository: string, subject: string) =>
    (await collect(client.referrers(repository, subject))).map(({ digest }) => digest).sort();

  /** Both hold the same bytes, children, referrers of each and cosign's tag. */
  async function assertSame(pushed: PushedRelease, tag = "1.4"): Promise<void> {
    const { index, children, signature, sbom, sbomSignature, cosign } = pushed;
    assert.equal(await heldAt(atOttawa, here, tag), index);
    for (const digest of Object.values(children)) {
      const child = await atOttawa.getManifest(here, digest);
      assert.ok(child && "layers" in child.document);
      for (const { digest: layer, size } of child.document.layers)
        assert.deepEqual(await atOttawa.verifyBlob(here, layer), { size });
    }
    const listed = async (subject: string) => referrersAt(atOttawa, here, subject);
    assert.deepEqual(await listed(index), [signature]);
    assert.deepEqual(await listed(children["linux/amd64"]), [sbom]);
    assert.deepEqual(await listed(children["linux/arm64"]), []);
    assert.deepEqual(await listed(sbom), [sbomSignature]);
    assert.equal(await heldAt(atOttawa, here, cosign.tag), cosign.digest);
  }

  /** Ends what is held here of the image, so that the next test begins from nothing. */
  async function emptied(): Promise<void> {
    let tags: string[] = [];
    try {
      tags = await collect(atOttawa.tags(here));
    } catch {
      return;
    }
    for (const tag of tags.sort().reverse()) await atOttawa.deleteManifest(here, tag);
  }
  afterEach(async () => {
    if (endings.length > 0) await emptied();
  });

  it("copies an index with all that belongs to it, and then asks its source for nothing", async () => {
    const pushed = await pushRelease(atAccra, there, "1.4");
    const inputs = await promotedInputs(ottawa.url, source, atAccra);
    const outs = await create(inputs);
    assert.equal(outs.problem, undefined);
    assert.deepEqual([outs.action, outs.digest], ["pushed", pushed.index]);
    await assertSame(pushed);
    const tags = await collect(atOttawa.tags(here));
    assert.deepEqual(tags.sort(), ["1.4", pushed.cosign.tag].sort(), "and no tag of ours");

    let again = outs;
    const found = await asked(async () => (again = await update(outs, inputs)));
    assert.deepEqual([again.action, again.problem], ["present", undefined]);
    assert.deepEqual(found.accra, []);
    const manifest = (reference: string) => `HEAD /v2/${here}/manifests/${reference}`;
    const referrers = (subject: string) => `GET /v2/${here}/referrers/${subject}`;
    const { "linux/amd64": amd64, "linux/arm64": arm64 } = pushed.children;
    assert.deepEqual(
      found.ottawa.filter((line) => line.includes(here)).sort(),
      [
        ...[manifest("1.4"), manifest(pushed.cosign.tag), manifest(amd64), manifest(arm64)],
        ...[pushed.index, amd64, pushed.sbom].map(referrers),
      ].sort(),
    );
    assert.equal(await changes(again, inputs), false);
    assert.equal((await refresh(again)).problem, undefined);
  });

  it("works for an account that may create and not overwrite", async () => {
    const pushed = await pushRelease(atAccra, there, "1.5", { content: "created" });
    const credentials = { username: "creator", password: users.creator };
    const inputs = await promotedInputs(ottawa.url, source, atAccra, "1.5", { credentials });
    const outs = await create(inputs);
    assert.equal(outs.problem, undefined);
    await assertSame(pushed, "1.5");
    const again = await update(outs, inputs);
    assert.deepEqual([again.action, again.problem], ["present", undefined]);
  });

  it("brings what was lost beside a tag that is right, and nothing else", async () => {
    const pushed = await pushRelease(atAccra, there, "1.4", { content: "lost" });
    const inputs = await promotedInputs(ottawa.url, source, atAccra);
    const outs = await create(inputs);
    await atOttawa.deleteManifest(here, pushed.sbomSignature);
    await atOttawa.deleteManifest(here, pushed.cosign.tag);
    const props = await refresh(outs);
    assert.match(props.problem ?? "", new RegExp(`${pushed.sbomSignature} is gone`));
    assert.match(props.problem ?? "", new RegExp(`${pushed.cosign.tag} is gone`));
    assert.equal(await changes(props, inputs), true);
    let mended = props;
    const found = await asked(async () => (mended = await update(props, inputs)));
    assert.equal(mended.problem, undefined);
    await assertSame(pushed);
    const read = found.accra.filter((line) => line.includes("/manifests/"));
    // What cosign's tag held is here yet, without a tag.
    assert.deepEqual(
      [...new Set(read.map((line) => line.replace(/^\S+ .*\//, "")))],
      [pushed.sbomSignature],
    );
  });

  it("puts a moved tag back without its source, or tells of it", async () => {
    const pushed = await pushRelease(atAccra, there, "1.4", { content: "moved" });
    const inputs = await promotedInputs(ottawa.url, source, atAccra);
    const outs = await create(inputs);
    const theirs = await pushRelease(atOttawa, here, "1.4", { content: "theirs" });
    const props = await refresh(outs);
    assert.match(props.problem ?? "", new RegExp(`team/app:1\\.4 moved to ${theirs.index}`));
    const told = await update({ ...props, onMoved: "tell" }, { ...inputs, onMoved: "tell" });
    assert.match(told.problem ?? "", /team\/app:1\.4 is at sha256:\w+, which this stack did not/);
    assert.equal(await heldAt(atOttawa, here, "1.4"), theirs.index);
    const mended = await update(told, inputs);
    assert.equal(mended.problem, undefined);
    await assertSame(pushed);
  });

  it("follows a lock that moved, and takes back no tag of the stack's own for somebody else's", async () => {
    await pushRelease(atAccra, there, "1.4", { content: "before" });
    const before = await promotedInputs(ottawa.url, source, atAccra, "1.4", { onMoved: "tell" });
    const outs = await create(before);
    const pushed = await pushRelease(atAccra, there, "1.4", { content: "after" });
    const after = await promotedInputs(ottawa.url, source, atAccra, "1.4", { onMoved: "tell" });
    assert.equal(await changes(outs, after), true);
    const moved = await update(outs, after);
    assert.equal(moved.problem, undefined);
    await assertSame(pushed);
    await remove({ ...moved, onRemove: "delete" });
    const left = await collect(atOttawa.tags(here)).catch((): string[] => []);
    assert.ok(!left.includes("1.4") && !left.includes(pushed.cosign.tag), left.join(" "));
  });

  it("needs its source for what is missing alone, and says which source and why", async () => {
    await pushRelease(atAccra, there, "1.4", { content: "away" });
    const inputs = await promotedInputs(ottawa.url, source, atAccra);
    const outs = await create(inputs);
    const away = (seed: typeof inputs): typeof inputs => ({
      ...seed,
      ...(seed.promoted && {
        promoted: { ...seed.promoted, address: { url: "http://127.0.0.1:9" } },
      }),
    });
    assert.equal((await update(outs, away(inputs))).problem, undefined);
    const pushed = await pushRelease(atAccra, there, "1.4", { content: "away, another" });
    const other = await promotedInputs(ottawa.url, source, atAccra);
    const failed = await update(outs, away(other));
    assert.match(
      failed.problem ?? "",
      /the source accra is needed for sha256:\w+, which is not here/,
    );
    assert.match(failed.problem ?? "", /127\.0\.0\.1:9.*No tag was moved\.$/);
    assert.equal(await heldAt(atOttawa, here, "1.4"), outs.digest);
    const denied = {
      ...other,
      sourceCredentials: { username: "reader", password: "wrong-canary" },
    };
    const refused = await update(failed, denied);
    assert.match(refused.problem ?? "", /401/);
    assert.doesNotMatch(refused.problem ?? "", /canary/);
    assert.equal((await update(refused, other)).problem, undefined);
    await assertSame(pushed);
  });

  it("says what its source has no more", async () => {
    const { index } = await pushRelease(atAccra, there, "1.6", { content: "gone" });
    const inputs = await promotedInputs(ottawa.url, source, atAccra, "1.6");
    await atAccra.deleteManifest(there, index);
    const { problem } = await create(inputs);
    assert.match(problem ?? "", /the source accra has fleet\/team\/app@sha256:\w+ no more/);
    assert.equal(await heldAt(atOttawa, here, "1.6"), undefined);
  });

  it("moves no tag where skopeo is killed within a layer, and goes on with the next run", async () => {
    const pushed = await pushRelease(atAccra, there, "1.4", {
      content: "killed",
      layerBytes: 4_000_000,
    });
    let halt = true;
    const halted = new Promise<void>((resolve) => {
      void startSlow(resolve);
    });
    let slow = "";
    async function startSlow(resolve: () => void) {
      const server = await fakes.server((request, response) => {
        const { url = "/", method = "GET", headers } = request;
        void fetch(`${accra.url}${url}`, {
          method,
          headers: Object.fromEntries(
            Object.entries(headers).flatMap(([name, value]) =>
              typeof value === "string" && !["host", "connection"].includes(name)
                ? [[name, value]]
                : [],
            ),
          ),
        }).then(async (answer) => {
          const bytes = Buffer.from(await answer.arrayBuffer());
          const kept = [...answer.headers].filter(([name]) => name !== "transfer-encoding");
          response.writeHead(answer.status, Object.fromEntries(kept));
          if (!halt || !url.endsWith(pushed.layer)) return response.end(bytes);
          response.write(bytes.subarray(0, bytes.length / 2));
          return resolve();
        });
      });
      slow = server.url;
    }
    while (slow === "") await sleep(5);
    const through = { ...source, address: { url: slow } };
    const inputs = await promotedInputs(ottawa.url, through, atAccra);
    const running = create(inputs);
    await halted;
    const pids = skopeosOf(slow.replace("http://", ""));
    assert.equal(pids.length, 1, "skopeo is at work");
    const [line = ""] = pids.map((pid) => readFileSync(`/proc/${pid}/cmdline`, "utf8"));
    assert.doesNotMatch(line, /secret|reader-of-accra/);
    for (const pid of pids) process.kill(pid, "SIGKILL");
    const failed = await running;
    assert.match(failed.problem ?? "", /skopeo ended with SIGKILL\. No tag was moved\.$/);
    assert.equal(await heldAt(atOttawa, here, "1.4"), undefined);
    halt = false;
    const { problem } = await update(failed, inputs);
    assert.equal(problem, undefined);
    await assertSame(pushed);
  });

  it("is locked by the command alone, which tells what became of a tag", async () => {
    await pushRelease(atAccra, there, "2.0", { content: "first" });
    const folder = scratch("project");
    mkdirSync(`${folder}/stacks`, { recursive: true });
    writeFileSync(`${folder}/Pulumi.yaml`, "name: zot-fleet\n");
    const config = {
      "zot-fleet:cluster": { name: "ottawa", context: "ottawa", domain: "ottawa.example" },
      "zot-fleet:sources": { accra: { url: accra.url, prefix: "fleet", username: "reader" } },
      "zot-fleet:seeds": [{ image: here, tags: ["2.0"], from: "accra" }],
    };
    writeFileSync(`${folder}/stacks/Pulumi.ottawa.yaml`, JSON.stringify({ config }));
    const read = () => readFileSync(`${folder}/stacks/releases.lock`, "utf8");
    const promote = (...args: string[]) =>
      fleet(
        [
          "promote",
          "--from",
          "accra",
          "-s",
          "ottawa",
          "--username",
          "reader",
          "--password-stdin",
          ...args,
        ],
        { cwd: folder, input: users.reader },
      );
    assert.equal((await promote("--check")).code, 1, "nothing is locked yet");
    const first = await promote("team/app:2.0");
    assert.equal(first.code, 0, first.stderr);
    assert.match(
      first.stdout,
      /^\+ added {6}accra team\/app:2\.0: \w{12}…, 2 platforms, 3 signatures, 1 SBOM$/m,
    );
    const text = read();
    assert.ok(parseReleases(text).sources["accra"]?.["team/app"]?.["2.0"]);
    const same = await promote("--check");
    assert.deepEqual([same.code, read()], [0, text], same.stdout + same.stderr);
    await pushRelease(atAccra, there, "2.0", { content: "second" });
    const drifted = await promote("--check");
    assert.deepEqual([drifted.code, read()], [1, text]);
    assert.match(drifted.stdout, /accra team\/app:2\.0: \w{12}… -> \w{12}…, 2 platforms/);
    assert.equal((await promote()).code, 0);
    assert.notEqual(read(), text);
    assert.match((await promote("team/app:9.9")).stderr, /accra has no team\/app:9\.9/);
    assert.equal((await promote("team/app:latest")).code, 1);
    writeFileSync(
      `${folder}/stacks/Pulumi.ottawa.yaml`,
      JSON.stringify({ config }).replace(accra.url, "http://127.0.0.1:9"),
    );
    const away = await promote("--check");
    assert.equal(away.code, 2);
    assert.match(away.stderr, /127\.0\.0\.1:9/);
  });
});

/** The processes of skopeo that read from a host. */
const skopeosOf = (host: string): number[] =>
  readdirSync("/proc")
    .filter((pid) => /^\d+$/.test(pid))
    .filter((pid) => {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, "utf8");
        return line.includes("skopeo") && line.includes(host);
      } catch {
        return false;
      }
    })
    .map(Number);
