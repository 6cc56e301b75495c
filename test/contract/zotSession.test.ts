import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { withSession } from "../../src/facts/zotSession";
import { RegistryError } from "../../src/registry/client";
import { registries, users } from "../checks/registries";
import { useFakes } from "../support/fakeRegistry";
import { pushImage } from "../support/push";
import type { RunningRegistry } from "../support/registry";
import { skipWithout } from "../support/skip";

for (const { tool, start } of registries) {
  describe(`a session with ${tool}`, () => {
    let registry: RunningRegistry;
    const as = (username: keyof typeof users, password: string = users[username]) => ({
      url: registry.url,
      credentials: { username, password },
      retries: 0,
    });

    before(async function () {
      skipWithout(tool, this);
      registry = await start();
      await withSession(as("ada"), (client) => pushImage(client, "team/app", "v1"));
    });
    after(() => (registry as RunningRegistry | undefined)?.stop());

    it("asks for the password once where the registry has sessions, and leaves none behind", async () => {
      const signedIn = () => registry.log().split("user profile successfully set").length;
      const before = signedIn();
      const held = await withSession(as("robin"), (client) =>
        Promise.all(Array.from({ length: 50 }, () => client.headManifest("team/app", "v1"))),
      );
      assert.equal(new Set(held.map((each) => each?.digest)).size, 1);
      assert.match(held[0]?.digest ?? "", /^sha256:/);
      if (tool !== "zot") return;
      await registry.quiet();
      assert.equal(signedIn() - before, 1);
      assert.deepEqual(readdirSync(join(registry.folder, "storage", "_sessions")), []);
    });

    it("has the account's rights and no others, and refuses a wrong password", async () => {
      if (tool === "zot")
        await assert.rejects(
          withSession(as("robin"), (client) => pushImage(client, "team/app", "v2")),
          /not started: 403/,
        );
      await assert.rejects(
        withSession(as("ada", "wrong"), (client) => client.ping()),
        (error: RegistryError) => error.status === 401,
      );
    });
  });
}

describe("a session's cookie", () => {
  const fakes = useFakes();

  it("goes where credentials go: not to another origin, not with a request that asks as a stranger, not into an error", async () => {
    const elsewhere = await fakes.server((_request, response) => response.end("{}"));
    const { url, seen } = await fakes.server((request, response) => {
      if (request.url === "/v2/" && request.headers.authorization !== undefined)
        response
          .setHeader("set-cookie", ["session=canary; Path=/; HttpOnly", "user=ada"])
          .end("{}");
      else if (request.url?.includes("/blobs/"))
        response.writeHead(307, { location: `${elsewhere.url}/blob` }).end();
      else {
        const errors = [{ code: "DENIED", message: `no ${request.headers.cookie ?? "cookie"}` }];
        response.writeHead(400).end(JSON.stringify({ errors }));
      }
    });
    const credentials = { username: "ada", password: "hidden" };
    const digest = `sha256:${"a".repeat(64)}`;
    await withSession({ url, credentials, retries: 0 }, async (client) => {
      await assert.rejects(client.getBlob("team/app", digest));
      await client.request({ method: "GET", path: "/stranger", authenticate: false });
      await assert.rejects(client.getManifest("team/app", "v1"), (error: Error) => {
        assert.match(error.message, /no \*\*\*/);
        assert.doesNotMatch(`${error.message} ${JSON.stringify(error)}`, /canary/);
        return error instanceof RegistryError;
      });
    });
    assert.deepEqual(
      seen.map(
        ({ url: path = "", headers }) => `${path.split("/").at(-1) ?? ""} ${headers.cookie ?? "-"}`,
      ),
      [
        " -",
        `${digest} session=canary`,
        "stranger -",
        "v1 session=canary",
        "logout session=canary",
      ],
    );
    assert.equal(elsewhere.seen[0]?.headers.cookie, undefined);
    assert.ok(seen.slice(1).every(({ headers }) => headers.authorization === undefined));
  });
});
