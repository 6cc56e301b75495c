import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { RegistryClient, type ManifestAnswer } from "../../../src/registry/client";
import { tiers } from "../../../src/zot/accessSettings";
import { configuredZot, password } from "../../support/configuredZot";
import type { RunningRegistry } from "../../support/registry";
import { skipBecause, skipWithout } from "../../support/skip";
import { closeAll, type Undo } from "../../support/undo";
import { clientPlace, commandClients, type ClientSession, type SignedIn } from "./clients";
import { dockerAlike } from "./dockerAgent";
import { promised, type Right } from "./documented";

const clients = { ...commandClients, "Docker's user agent": dockerAlike };
const askers = ["stranger", "puller-1", "ci-1", "ana", "admin"] as const;

for (const [name, client] of Object.entries(clients))
  for (const tier of tiers)
    describe(`${name}, where images are ${tier}`, function () {
      this.timeout(120_000);
      const { repository, tags } = client;
      const undo: Undo[] = [];
      let zot: RunningRegistry;
      let admin: RegistryClient;
      let folder: string;
      let signIn: (who: SignedIn) => ClientSession;
      let kept: ManifestAnswer;
      let moving: ManifestAnswer;

      before(async function () {
        for (const tool of client.tools) skipWithout(tool, this);
        if (client.needsRoot && process.getuid?.() !== 0) skipBecause(`${name} needs root`, this);
        const access = { tier, moving: [tags.moving] };
        ({ zot } = await configuredZot(this, { others: ["ana"], access }));
        undo.push(() => zot.stop());
        admin = new RegistryClient({ url: zot.url, credentials: { username: "admin", password } });
        undo.push(() => admin.close());
        const place = await clientPlace(undo);
        ({ folder } = place);
        signIn = await client.start(place);
        const first = await as("admin");
        await first.push(tags.kept, "one");
        await first.push(tags.moving, "one");
        [kept, moving] = [await manifest(tags.kept), await manifest(tags.moving)];
      });

      after(() => closeAll(undo));

      for (const who of askers) {
        const row = promised(who, tier);
        it(`${who} pulls: ${row.pull}`, async () => {
          await reset();
          const session = await as(who);
          const read = await ended(who, "pull", () => session.pull(tags.kept));
          const blobs = read.filter(
            ({ method, path }) => method === "GET" && path.includes("blobs"),
          );
          const arrived = blobs.some(({ status }) => status === 200);
          assert.equal(arrived, allows(who, "pull"), "a layer arrived");
        });

        const pushes = [
          ["a new tag", "new tag", tags.new],
          ["over a tag", "existing tag", tags.kept],
          ["a tag that moves", "a `moving` tag", tags.moving],
        ] as const;
        for (const [what, right, tag] of pushes)
          it(`${who} pushes ${what}: ${row[right]}`, async () => {
            await reset();
            const before = await admin.headManifest(repository, tag);
            const session = await as(who);
            await ended(who, right, () => session.push(tag, "two"));
            const after = await admin.headManifest(repository, tag);
            assert.equal(after?.digest !== before?.digest, allows(who, right), "the tag moved");
          });

        it(`${who} deletes: ${row.delete}`, async function () {
          const session = await as(who);
          const { delete: remove } = session;
          if (remove === undefined) skipBecause(`${name} deletes nothing`, this);
          await reset();
          await ended(who, "delete", () => remove(tags.kept));
          const after = await admin.headManifest(repository, tags.kept);
          assert.equal(after === undefined, allows(who, "delete"), "the tag is gone");
        });
      }

      /** Docker does nothing without what `/v2/` tells it. */
      const answerOf = (who: string, right: Right) => {
        const row = promised(who, tier);
        const first = row["`/v2/` as Docker"];
        return client.asDocker && first !== "yes" ? first : row[right];
      };
      const allows = (who: string, right: Right) => answerOf(who, right) === "yes";

      /** Holds the client's end and what it was told against the page, and gives what it asked. */
      async function ended(who: string, right: Right, work: () => Promise<unknown>) {
        await zot.quiet();
        const asked = zot.requests().length;
        const end = await work().then(
          () => "yes",
          (error: unknown) => String(error),
        );
        await zot.quiet();
        const requests = zot.requests().slice(asked);
        const told = requests.map(({ method, path, status }) => `${method} ${path} ${status}`);
        const answer = answerOf(who, right);
        if (answer === "yes") assert.equal(end, "yes");
        else {
          assert.notEqual(end, "yes", told.join("\n"));
          // The stranger is asked who it is; whoever has told is refused.
          const refusals = requests.filter(({ status }) => status === 401 || status === 403);
          assert.equal(String(refusals.at(-1)?.status), answer, told.join("\n"));
        }
        return requests;
      }

      async function as(who: (typeof askers)[number]): Promise<ClientSession> {
        const auth = Buffer.from(`${who}:${password}`).toString("base64");
        const auths = who === "stranger" ? {} : { [zot.host]: { auth } };
        const authFile = join(folder, who, "config.json");
        await mkdir(join(folder, who), { recursive: true });
        await writeFile(authFile, JSON.stringify({ auths }), { mode: 0o600 });
        const username = who === "stranger" ? {} : { username: who };
        return signIn({ host: zot.host, password, authFile, ...username });
      }

      async function manifest(tag: string): Promise<ManifestAnswer> {
        const found = await admin.getManifest(repository, tag);
        assert.ok(found);
        return found;
      }

      /** The first image under the tag that stays and the one that moves, and no new tag. */
      async function reset(): Promise<void> {
        for (const [tag, { bytes, mediaType }] of [
          [tags.kept, kept],
          [tags.moving, moving],
        ] as const)
          await admin.putManifest(repository, tag, bytes, mediaType);
        await admin.request({
          method: "DELETE",
          path: `/v2/${repository}/manifests/${tags.new}`,
        });
      }
    });
