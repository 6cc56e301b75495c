import assert from "node:assert/strict";
import { diagnose } from "../../src/doctor/diagnose";
import { gather, type Complaint } from "../../src/doctor/gather";
import { describeEachRegistry } from "../support/eachRegistry";
import { pushImage } from "../support/push";

describeEachRegistry("a diagnosis of a registry", (fixture) => {
  before(async () => {
    for (const tag of ["1.0", "1.1"]) await pushImage(fixture.client, "team/app", tag, tag);
  });

  const codes = async (change: Partial<Complaint>) => {
    const { url } = fixture.registry;
    const complaint = {
      caller: { program: "zot-fleet", flags: `--url ${url}` },
      endpoint: { via: "address" as const, url },
      host: new URL(url).host,
      credentials: { username: "admin", password: "secret" },
      ...change,
    };
    return diagnose(await gather(complaint)).map(({ code, detail }) => `${code} ${detail}`);
  };

  it("finds nothing where nothing is wrong", async () => {
    assert.deepEqual(await codes({}), []);
    const image = { repository: "team/app", reference: "1.0" };
    assert.deepEqual(await codes({ image }), []);
  });

  it("tells a missing tag, repository and digest apart", async () => {
    const of = (repository: string, reference: string) =>
      codes({ image: { repository, reference } });
    assert.match((await of("team/app", "1.2")).join(), /^ZD301 .*nearest: 1\.[01], 1\.[01]$/);
    assert.match((await of("team/apps", "1.0")).join(), /^ZD302 .*nearest: team\/app$/);
    assert.match((await of("team/app", `sha256:${"0".repeat(64)}`)).join(), /^ZD303 /);
  });

  it("reads the image out of a push's error", async () => {
    const { host } = new URL(fixture.registry.url);
    const push = (tag: string) =>
      `writing manifest: uploading manifest ${tag} to ${host}/team/app: denied: requested access to the resource is denied`;
    assert.match((await codes({ errorText: push("1.0") })).join(), /^ZD208 /);
    assert.match((await codes({ errorText: push("9.9") })).join(), /^ZD210 /);
  });

  it("knows a registry that is not there", async () => {
    const endpoint = { via: "address" as const, url: "http://127.0.0.1:1" };
    assert.match((await codes({ endpoint })).join(), /^ZD101 /);
  });
});
