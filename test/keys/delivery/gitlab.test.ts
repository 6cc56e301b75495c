import assert from "node:assert/strict";
import type { RequestListener } from "node:http";
import { json } from "node:stream/consumers";
import { deliveryClient } from "../../../src/keys/delivery/deliveryClient";
import { describeTarget, type Target } from "../../../src/keys/delivery/allTargetKinds";
import { useFakes } from "../../support/fakeRegistry";

const token = "canary-token";
const login = { host: "oci.killinit.cc", username: "ci-3", password: "zak_canary-key" };

interface Variable {
  key?: string;
  value: string;
  masked: boolean;
  protected: boolean;
}

/** GitLab, by docs.gitlab.com/api/project_level_variables: PUT changes what is there, POST makes what is not. */
function fakeGitLab(owners: readonly string[], variables: Map<string, Variable>): RequestListener {
  return (request, response) => {
    const answer = async (): Promise<[status: number, body: object]> => {
      const { method, url = "", headers } = request;
      const body = (await json(request)) as Variable;
      if (headers["private-token"] !== token) return [401, { message: "401 Unauthorized" }];
      const [, owner = "", name] =
        /^\/api\/v4(\/(?:projects|groups)\/[^/]+)\/variables(?:\/(\w+))?$/.exec(url) ?? [];
      if (!owners.includes(owner)) return [404, { message: "404 Project Not Found" }];
      const path = `${owner}/${name ?? body.key ?? ""}`;
      if (method === "PUT" && !variables.has(path))
        return [404, { message: "404 Variable Not Found" }];
      if (method === "POST" && variables.has(path))
        return [400, { message: { key: ["has already been taken"] } }];
      variables.set(path, body);
      return [method === "POST" ? 201 : 200, body];
    };
    void answer().then(([status, body]) => response.writeHead(status).end(JSON.stringify(body)));
  };
}

describe("delivery to gitlab", () => {
  const fakes = useFakes();
  const variables = new Map<string, Variable>();
  let url: string;

  beforeEach(async () => {
    variables.clear();
    const owners = ["/projects/team%2Fsub%2Fapp", "/groups/team%2Fsub"];
    ({ url } = await fakes.server(fakeGitLab(owners, variables)));
  });

  const target = (change: object = { repository: "team/sub/app" }): Target => ({
    to: "gitlab",
    url,
    type: "login",
    usernameSecret: "ZOT_USERNAME",
    keySecret: "ZOT_API_KEY",
    configSecret: "ZOT_DOCKER_CONFIG",
    protected: false,
    ...change,
  });
  const put = (change?: object, password = login.password, name = token) =>
    deliveryClient({ [new URL(url).host]: name }).put(target(change), { ...login, password });

  it("makes what is not there, and changes what is; the key is masked", async () => {
    await put(undefined, "zak_before");
    await put();
    const key = variables.get("/projects/team%2Fsub%2Fapp/ZOT_API_KEY");
    assert.deepEqual([key?.value, key?.masked], [login.password, true]);
    const name = variables.get("/projects/team%2Fsub%2Fapp/ZOT_USERNAME");
    assert.deepEqual([name?.value, name?.masked], ["ci-3", false]);
  });

  it("writes a group's, for protected branches alone where that is asked for", async () => {
    await put({ organization: "team/sub", protected: true });
    assert.equal(variables.get("/groups/team%2Fsub/ZOT_API_KEY")?.protected, true);
  });

  it("tells what is wrong and what helps, without token or key", async () => {
    for (const [change, name, words] of [
      [undefined, "wrong", /: 401 \(.+; the token in deliveryTokens is not/],
      [{ repository: "team/none" }, token, /: 404 \(.+; there is no team\/none that/],
    ] as const)
      await assert.rejects(put(change, undefined, name), (error) => {
        assert.match((error as Error).message, words);
        assert.doesNotMatch((error as Error).message, /canary/);
        return true;
      });
    assert.match(describeTarget(target()), /^the CI\/CD variables of team\/sub\/app at http/);
  });
});
