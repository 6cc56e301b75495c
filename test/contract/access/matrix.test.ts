import assert from "node:assert/strict";
import { RegistryClient } from "../../../src/registry/client";
import { mediaTypes } from "../../../src/images/mediaTypes";
import { mayDo } from "../../../src/zot/mayDo";
import type { Action } from "../../../src/zot/policies";
import type { ZotConfig } from "../../../src/zot/zotConfig";
import { configuredZot, password } from "../../support/configuredZot";
import { pushImage, type PushedImage } from "../../support/push";
import type { RunningRegistry } from "../../support/registry";
import { closeAll, type Undo } from "../../support/undo";
import { dockerAgent } from "./dockerAgent";
import { askers, attempts, tables, type Attempt, type Who } from "./matrix";

const repository = "team/app/web";

for (const [title, { access, rows }] of Object.entries(tables))
  describe(`who may do what: ${title}`, function () {
    this.timeout(120_000);
    let zot: RunningRegistry;
    let config: ZotConfig;
    let version: string;
    let admin: RegistryClient;
    let image: PushedImage;
    let other: PushedImage;
    const undo: Undo[] = [];

    before(async function () {
      ({ zot, config, version } = await configuredZot(this, {
        readers: ["puller-2", "puller-1"],
        pushers: ["ci-2", "ci-1"],
        others: ["ana"],
        access,
      }));
      undo.push(() => zot.stop());
      admin = clientOf("admin");
      undo.push(() => admin.close());
      image = await pushImage(admin, repository, "kept", "one");
      other = await pushImage(admin, repository, "other", "two");
    });

    after(() => closeAll(undo));

    const clientOf = (who: Who) =>
      new RegistryClient({
        url: zot.url,
        ...(who === "stranger" ? {} : { credentials: { username: who, password } }),
      });

    for (const who of askers)
      it(`${who}: ${rows[who]}`, async () => {
        const client = clientOf(who);
        try {
          const seen: string[] = [];
          for (const attempt of attempts) {
            await reset();
            seen.push(await tryIt(client, attempt, who));
          }
          assert.equal(seen.join(""), rows[who]);
        } finally {
          await client.close();
        }
      });

    it("is what mayDo says", () => {
      for (const who of askers)
        for (const [index, attempt] of attempts.entries()) {
          const wish = wishes[attempt];
          if (wish === undefined) continue;
          const user = who === "stranger" ? undefined : who;
          const may = mayDo(config.http.accessControl, version, { user }, { repository, ...wish });
          assert.equal(may ? "y" : "-", rows[who][index], `${who}: ${attempt}`);
        }
    });

    /** The image under `kept` and `latest`, another one under `other`, and no tag `new`. */
    async function reset(): Promise<void> {
      for (const [tag, { bytes }] of [
        ["kept", image],
        ["latest", image],
        ["other", other],
      ] as const)
        await admin.putManifest(repository, tag, bytes, mediaTypes.ociManifest);
      await admin.request({ method: "DELETE", path: `/v2/${repository}/manifests/new` });
    }

    async function tryIt(client: RegistryClient, attempt: Attempt, who: Who): Promise<string> {
      const { status, body } = await request(client, attempt);
      if (status === 401 || status === 403) {
        // The stranger is asked who it is; whoever has told is refused.
        assert.equal(status, who === "stranger" ? 401 : 403, attempt);
        return "-";
      }
      assert.ok(status >= 200 && status < 300, `${attempt}: ${status}`);
      return attempt === "catalog" && !body.includes(repository) ? "0" : "y";
    }

    async function request(client: RegistryClient, attempt: Attempt) {
      const manifest = (method: "GET" | "PUT" | "DELETE", reference: string) =>
        client.request({
          method,
          path: `/v2/${repository}/manifests/${reference}`,
          ...(method === "PUT"
            ? { body: other.bytes, headers: { "content-type": mediaTypes.ociManifest } }
            : {}),
        });
      const asked = {
        pull: () => manifest("GET", "kept"),
        "new tag": () => manifest("PUT", "new"),
        "existing tag": () => manifest("PUT", "kept"),
        "moving tag": () => manifest("PUT", "latest"),
        "delete tag": () => manifest("DELETE", "kept"),
        "delete digest": () => manifest("DELETE", other.digest),
        catalog: () => client.request({ method: "GET", path: "/v2/_catalog" }),
        docker: () =>
          client.request({ method: "GET", path: "/v2/", headers: { "user-agent": dockerAgent } }),
      };
      const { status, body } = await asked[attempt]();
      return { status, body: body.toString() };
    }
  });

const wishes: Partial<Record<Attempt, { action: Action; reference?: string }>> = {
  pull: { action: "read" },
  "new tag": { action: "create", reference: "new" },
  "existing tag": { action: "update", reference: "kept" },
  "moving tag": { action: "update", reference: "latest" },
  "delete tag": { action: "delete", reference: "kept" },
};
