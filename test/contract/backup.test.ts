import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, join, resolve } from "node:path";
import { promisify } from "node:util";
import { parseRegistryList, type RegistryList } from "../../src/facts/registryList";
import { RegistryClient } from "../../src/registry/client";
import { useScratch } from "../images/scratch";
import { filesIn, harms, runBlock } from "../support/backups";
import { collect } from "../support/fakeRegistry";
import { pageCommands } from "../support/pageBlocks";
import { pushImage } from "../support/push";
import { PushLoop, putReferrer } from "../support/pushLoop";
import { startZot, type RunningRegistry } from "../support/registry";
import { pushRelease, type PushedRelease } from "../support/release";
import { isSkipped, skipWithout } from "../support/skip";
import { closeAll, type Undo } from "../support/undo";

const checkout = resolve(__dirname, "../..");
const [list = "", hash = "", store = ""] = pageCommands("backup.md", "Back up");
const [readBack = "", hashRestored = "", compare = ""] = pageCommands("backup.md", "Rehearse");
const [restore = ""] = pageCommands("backup.md", "Restore");

const users = { admin: "only for this registry", reader: "who may read it" };
const asAdmin = { username: "admin", password: users.admin };
const policies = [
  { users: ["admin"], actions: ["read", "create", "update", "delete"] },
  { users: ["reader"], actions: ["read"] },
];
const repositories = { "**": { policies, defaultPolicy: [] } };
const config = { http: { accessControl: { repositories } } };

describe("a backup and its rehearsal, by the page's own commands", function () {
  this.timeout(1_800_000);
  const scratch = useScratch();
  const undo: Undo[] = [];
  const key = { RESTIC_REPOSITORY: "", RESTIC_PASSWORD: "the key of this backup" };
  let folder: string;
  let home: string;
  let registry: RunningRegistry;
  let client: RegistryClient;
  let release: PushedRelease;
  let other: string;
  let listed: RegistryList;

  before(async function () {
    for (const tool of ["zot", "regsync", "restic", "jq", "sha256sum"]) skipWithout(tool, this);
    key.RESTIC_REPOSITORY = scratch("restic");
    folder = scratch("backup");
    home = scratch("home");
    other = scratch("other-checkout");
    mkdirSync(other);
    for (const name of ["src", "examples", "package.json", "tsconfig.json"])
      cpSync(join(checkout, name), join(other, name), { recursive: true });
    symlinkSync(join(checkout, "node_modules"), join(other, "node_modules"));
    registry = await startZot({ users, config });
    undo.push(() => registry.stop());
    client = new RegistryClient({ url: registry.url, credentials: asAdmin });
    undo.push(() => client.close());
  });

  after(async function () {
    if (!isSkipped(this)) await closeAll(undo);
  });

  const secrets = () => [...Object.values(users), key.RESTIC_PASSWORD];
  const run = (block: string, env: Record<string, string>, cwd = checkout) =>
    runBlock(block, { env: { HOME: home, ...env }, cwd, secrets: secrets() });

  async function must(block: string, env: Record<string, string>, cwd?: string): Promise<string> {
    const { code, output } = await run(block, env, cwd);
    assert.equal(code, 0, output);
    return output;
  }

  const asReader = () => ({
    REGISTRY: registry.url,
    REGISTRY_USERNAME: "reader",
    REGISTRY_PASSWORD: users.reader,
    BACKUP: folder,
  });

  async function backUp(): Promise<RegistryList> {
    for (const block of [list, hash, store]) await must(block, { ...asReader(), ...key });
    const path = join(folder, "list.json");
    return parseRegistryList(readFileSync(path, "utf8"), path);
  }

  const tagsOf = ({ repositories }: RegistryList) =>
    repositories.flatMap(({ repository, tags }) =>
      tags.map(({ tag, digest }) => `${repository}:${tag} ${digest}`),
    );

  const referrersOf = ({ repositories }: RegistryList) =>
    repositories.flatMap(({ repository, referrers }) =>
      referrers.map(({ subject, digest }) => `${repository}@${subject} ${digest}`),
    );

  it("is taken three times while others push, move, sign and delete", async () => {
    release = await pushRelease(client, "team/app", "1.0");
    const signed = await pushImage(client, "team/app/nested/deep", "signed");
    await pushImage(client, "team/app/nested/deep", "goes", "deleted between two backups");
    const pushing = new PushLoop(client);
    const first = await backUp();
    assert.ok(tagsOf(first).some((each) => each.startsWith("team/app/nested/deep:goes ")));
    await client.deleteManifest("team/app/nested/deep", "goes");
    // Nothing else of the image is another: what copies tags alone would miss it.
    const late = await putReferrer(client, "team/app/nested/deep", signed);
    const second = await backUp();
    assert.ok(referrersOf(second).some((each) => each.endsWith(late)));
    listed = await backUp();
    await pushing.stop();
    for (const each of tagsOf(listed).filter((name) => name.startsWith("busy-"))) {
      const [name = "", digest = ""] = each.split(" ");
      assert.ok(pushing.been.get(name)?.has(digest), each);
    }
    assert.ok(!tagsOf(listed).some((each) => each.startsWith("team/app/nested/deep:goes ")));
    const { index, signature, sbom, sbomSignature } = release;
    assert.ok(tagsOf(listed).includes(`team/app:1.0 ${index}`));
    for (const digest of [signature, sbom, sbomSignature])
      assert.ok(referrersOf(listed).some((each) => each.endsWith(digest)));
    process.stdout.write(
      `      ${pushing.pushes} pushes and ${pushing.deletes} deletes meanwhile; ${tagsOf(listed).length} tags and ${referrersOf(listed).length} referrers listed last\n`,
    );
  });

  it("is not taken over a folder whose files are others than they were", async () => {
    const kept = scratch("kept");
    cpSync(folder, kept, { recursive: true });
    const blob = `layouts/team/app/_/blobs/${release.layer.replace(":", "/")}`;
    for (const [harm, harmed] of Object.entries(harms)) {
      cpSync(join(folder, blob), join(kept, blob));
      harmed(join(kept, blob));
      const { code, output } = await run(list, { ...asReader(), BACKUP: kept });
      assert.notEqual(code, 0, harm);
      assert.match(output, new RegExp(blob), harm);
    }
  });

  it("brings all back, and no deleted tag, to another registry from another checkout", async () => {
    await client.close();
    await registry.stop();
    assert.ok(!existsSync(registry.folder));
    rmSync(folder, { recursive: true });
    rmSync(home, { recursive: true, force: true });
    registry = await startZot({ users, config });
    client = new RegistryClient({ url: registry.url, credentials: asAdmin });
    const env = { ...key, RESTORED: scratch("restored") };
    for (const block of [readBack, hashRestored]) await must(block, env, other);
    const target = {
      ...env,
      REGISTRY: registry.url,
      REGISTRY_USERNAME: "admin",
      REGISTRY_PASSWORD: users.admin,
    };
    const told = await must(restore, target, other);
    const [zeroDifferent = ""] = /0 different.*/.exec(told) ?? [];
    process.stdout.write(`      ${zeroDifferent}\n`);
    assert.match(zeroDifferent, new RegExp(`0 different: ${tagsOf(listed).length} tags, `));
    // What the command says of itself, seen without it.
    const found: string[] = [];
    for await (const name of client.catalog())
      for (const tag of await collect(client.tags(name)))
        found.push(`${name}:${tag} ${(await client.headManifest(name, tag))?.digest ?? ""}`);
    assert.deepEqual(found.sort(), tagsOf(listed).sort());
    const referring: string[] = [];
    for (const each of listed.repositories)
      for (const subject of new Set(each.referrers.map((referrer) => referrer.subject)))
        for (const { digest } of await collect(client.referrers(each.repository, subject)))
          referring.push(`${each.repository}@${subject} ${digest}`);
    assert.deepEqual(referring.sort(), referrersOf(listed).sort());
  });

  it("is rehearsed by its key alone, and says its age and how long that took", async () => {
    const env = { ...key, RESTORED: scratch("rehearsed") };
    for (const block of [readBack, hashRestored]) await must(block, env, other);
    const told = await must(compare, env, other);
    assert.match(told, /0 different: .*; listed \S+Z, \d+ (s|min|h) ago/);
    const [took = ""] = /restored and compared in \d+ s/.exec(told) ?? [];
    assert.notEqual(took, "", told);
    process.stdout.write(`      ${took}\n`);
  });

  it("fails by name where a file of what was restored is flipped, cut or missing", async () => {
    const whole = scratch("rehearsed");
    const layout = "layouts/team/app/_";
    const files = [
      `${layout}/blobs/${release.index.replace(":", "/")}`,
      `${layout}/blobs/${release.layer.replace(":", "/")}`,
      `${layout}/blobs/${release.sbomSignature.replace(":", "/")}`,
      `${layout}/index.json`,
      `${layout}/oci-layout`,
      "list.json",
      "SHA256SUMS",
    ];
    for (const file of files)
      for (const [harm, harmed] of Object.entries(harms)) {
        const RESTORED = scratch(`harmed-${harm}`);
        cpSync(whole, RESTORED, { recursive: true });
        harmed(join(RESTORED, file));
        const { code, output } = await run(hashRestored, { RESTORED }, other);
        assert.notEqual(code, 0, `${file} ${harm}`);
        // A sum that is another is one of a file that is whole: it is the file, or the line, that is named.
        const ofSums = /SHA256SUMS|: FAILED|: No such file|: Is a directory|^[<>] \S/m;
        const told = file === "SHA256SUMS" ? ofSums : new RegExp(file);
        assert.match(output, told, `${file} ${harm}`);
        rmSync(RESTORED, { recursive: true });
      }
    // Cut where a line ends, it is whole for who reads it alone.
    const sums = join(whole, "SHA256SUMS");
    const lines = readFileSync(sums, "utf8").trimEnd().split("\n");
    const last = lines.pop() ?? "";
    writeFileSync(sums, `${lines.join("\n")}\n`);
    const { code, output } = await run(hashRestored, { RESTORED: whole }, other);
    assert.notEqual(code, 0);
    assert.match(output, new RegExp(`^> ${last.slice(66)}$`, "m"));
  });

  it("fails by name where a file of restic's repository is flipped, cut or missing", async () => {
    const newest = async (tag: string) => {
      const env = { ...process.env, ...key, HOME: home };
      const args = ["snapshots", "--tag", tag, "--latest", "1", "--json"];
      const { stdout } = await promisify(execFile)("restic", args, { env });
      const found = JSON.parse(stdout) as { id: string; time: string }[];
      return found.sort((a, b) => (a.time < b.time ? 1 : -1))[0]?.id ?? "";
    };
    const [data, receipt] = [await newest("data"), await newest("receipt")];
    const namesIn = (kind: string) => filesIn(key.RESTIC_REPOSITORY, kind);
    /** Each with what tells of it: its own name, unless restic or the receipt know of it by what it leads to. */
    const files: [name: string | undefined, told: Partial<Record<keyof typeof harms, RegExp>>][] = [
      ["config", {}],
      [
        namesIn("keys")[0],
        {
          flipped: /no key found|Unmarshal|key .* is damaged/,
          cut: /Unmarshal/,
          missing: /no key found/,
        },
      ],
      [`snapshots/${data}`, {}],
      // One receipt before, the snapshot of the data is not on it.
      [`snapshots/${receipt}`, { missing: new RegExp(data) }],
      [namesIn("index")[0], { missing: /not referenced in any index[^]*not found in repository/ }],
      [namesIn("data")[0], {}],
    ];
    for (const [file = "", told] of files)
      for (const harm of ["flipped", "cut", "missing"] as const) {
        const RESTIC_REPOSITORY = scratch("harmed-restic");
        const RESTORED = scratch("never-restored");
        cpSync(key.RESTIC_REPOSITORY, RESTIC_REPOSITORY, { recursive: true });
        harms[harm](join(RESTIC_REPOSITORY, file));
        const env = { ...key, RESTIC_REPOSITORY, RESTORED };
        const { code, output } = await run(readBack, env, other);
        assert.notEqual(code, 0, `${file} ${harm}: ${output}`);
        assert.match(
          output,
          told[harm] ?? new RegExp(basename(file).slice(0, 8)),
          `${file} ${harm}`,
        );
        assert.ok(!existsSync(join(RESTORED, "list.json")), "nothing is restored");
        rmSync(RESTORED, { recursive: true });
        rmSync(RESTIC_REPOSITORY, { recursive: true });
      }
  });
});
