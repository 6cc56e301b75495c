import assert from "node:assert/strict";
import { inspect } from "node:util";
import { deliveryClient } from "../../../src/keys/delivery/deliveryClient";
import { DeliveryError } from "../../../src/keys/delivery/targetKind";
import type { Target } from "../../../src/keys/delivery/allTargetKinds";
import { dockerConfig } from "../../../src/registry/dockerConfig";
import { useFakes } from "../../support/fakeRegistry";
import { fakeForgejo, fakeGitHub, type FakeForge } from "../../support/forges";

const token = "canary-token-/+%";
const login = { host: "oci.killinit.cc", username: "ci-3", password: "zak_canary-key" };
const owners = ["/repos/team/app", "/orgs/team", "/repos/team/closed", "/orgs/closed"];
const forbidden = ["/repos/team/closed", "/orgs/closed"];

const forges = {
  github: () => fakeGitHub({ token, owners, forbidden }),
  forgejo: () => Promise.resolve(fakeForgejo({ token, owners, forbidden })),
} as const;

for (const kind of ["github", "forgejo"] as const)
  describe(`delivery to ${kind}`, () => {
    const fakes = useFakes();
    let forge: FakeForge;
    let url: string;

    beforeEach(async () => {
      forge = await forges[kind]();
      ({ url } = await fakes.server(forge.listener));
    });

    const target = (change: object = { repository: "team/app" }): Target => ({
      to: kind,
      url,
      type: "login",
      usernameSecret: "ZOT_USERNAME",
      keySecret: "ZOT_API_KEY",
      configSecret: "ZOT_DOCKER_CONFIG",
      visibility: "private",
      ...change,
    });
    const put = (change?: object, name = token) =>
      deliveryClient({ [new URL(url).host]: name }).put(target(change), login);

    it("stores what a workflow then reads: the user name and the key", async () => {
      await put();
      await put();
      assert.deepEqual(Object.fromEntries(forge.secrets), {
        "/repos/team/app/actions/secrets/ZOT_USERNAME": "ci-3",
        "/repos/team/app/actions/secrets/ZOT_API_KEY": "zak_canary-key",
      });
      const sent = JSON.stringify(forge.written);
      assert.equal(sent.includes("canary-key"), kind === "forgejo", "GitHub is sent a sealed box");
    });

    it("stores both as one secret, under a name of one's own", async () => {
      const type = "dockerconfigjson";
      await put({ repository: "team/app", type, configSecret: "AUTH" });
      assert.deepEqual(Object.fromEntries(forge.secrets), {
        "/repos/team/app/actions/secrets/AUTH": dockerConfig(login),
      });
    });

    it("stores an organization's", async () => {
      await put({ organization: "team", visibility: "all" });
      assert.equal(forge.secrets.get("/orgs/team/actions/secrets/ZOT_API_KEY"), login.password);
      const [first] = forge.written as { visibility?: string }[];
      assert.equal(first?.visibility, kind === "github" ? "all" : undefined);
    });

    it("tells what is wrong and what helps, without token or key", async () => {
      const failures: [object, string, RegExp][] = [
        [{ repository: "team/app" }, "wrong", /: 401 \(.+; the token in deliveryTokens is not/],
        [{ repository: "team/closed" }, token, /: 403 \(.+; the token needs .*repository/],
        [{ organization: "closed" }, token, /: 403 \(.+; the token needs .*organization/],
        [
          { repository: "team/none" },
          token,
          /: 404 \(Not Found; there is no repository team\/none/,
        ],
        [{ organization: "none" }, token, /: 404 \(Not Found; there is no organization none/],
        [{ repository: "team/app", usernameSecret: "1" }, token, /: 422 \(Secret names can/],
      ];
      for (const [change, name, words] of failures)
        await assert.rejects(put(change, name), (error) => {
          assert.ok(error instanceof DeliveryError);
          assert.match(error.message, words);
          assert.ok(!inspect(error, { depth: 10, showHidden: true }).includes("canary"));
          return true;
        });
      assert.equal(forge.secrets.size, 0);
      await assert.rejects(deliveryClient({}).put(target(), login), {
        message: `zot-fleet:deliveryTokens has no token for ${new URL(url).host}`,
      });
    });

    it("hides what a server echoes, and what a broken one answers", async () => {
      const broken = await fakes.server((request, response) => {
        const { authorization = "" } = request.headers;
        response
          .writeHead(400)
          .end(JSON.stringify({ message: `${authorization} ${login.password}` }));
      });
      const elsewhere = { url: broken.url, repository: "team/app" };
      await assert.rejects(
        deliveryClient({ [new URL(broken.url).host]: token }).put(target(elsewhere), login),
        (error) => {
          assert.match((error as Error).message, /: 400 \(/);
          assert.ok(!inspect(error, { depth: 10, showHidden: true }).includes("canary"));
          return true;
        },
      );
    });

    it("goes on after failures that pass, and stops at those that stay", async () => {
      let failing = 2;
      const shaky = await fakes.server((request, response) => {
        if (failing-- > 0) response.writeHead(503).end();
        else forge.listener(request, response);
      });
      const there = deliveryClient({ [new URL(shaky.url).host]: token });
      await there.put(target({ url: shaky.url, repository: "team/app" }), login);
      assert.equal(
        forge.secrets.get("/repos/team/app/actions/secrets/ZOT_API_KEY"),
        login.password,
      );
      failing = Infinity;
      const before = shaky.seen.length;
      await assert.rejects(
        there.put(target({ url: shaky.url, repository: "team/app" }), login),
        /: 503$/,
      );
      assert.equal(shaky.seen.length, before + 3);
    });

    it("tells nobody what is there, and takes nothing away", async () => {
      await put();
      const there = deliveryClient({ [new URL(url).host]: token });
      assert.equal(await there.holds(target(), login), undefined);
      await there.withdraw(target(), login);
      assert.equal(forge.secrets.size, 2);
    });
  });
