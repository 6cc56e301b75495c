import assert from "node:assert/strict";
import { keyRevocation, type KeyRevocationInputs } from "../../src/resources/keyRevocation";
import { progress } from "../../src/resources/progress";
import { useApiServer } from "../support/apiServer";
import { freePort } from "../support/freePort";

describe("an account whose next password is not known, where the registry does not answer", () => {
  const api = useApiServer();
  const { say } = progress;
  beforeEach(() => {
    progress.say = () => undefined;
  });
  afterEach(() => {
    progress.say = say;
  });

  /** Deploys the account's line alone, while nothing listens where the registry was. */
  async function deploy() {
    const inputs: KeyRevocationInputs = {
      endpoint: { via: "address", url: `http://127.0.0.1:${await freePort()}` },
      accounts: [{ username: "team", password: "of team" }],
      enabled: true,
      revoke: true,
      statefulSet: { context: "ottawa", namespace: "zot", name: "zot" },
    };
    const { outs } = await keyRevocation.provider.create(inputs);
    const news = { ...inputs, accounts: [{ username: "team" }] };
    return keyRevocation.provider.update("id", outs, news);
  }

  for (const kind of ["StatefulSet", "Deployment"])
    it(`waits for a ${kind} that is there: its keys could not be listed later`, async () => {
      api().put({
        apiVersion: "apps/v1",
        kind,
        metadata: { name: "zot", namespace: "zot" },
        spec: {},
      });
      await assert.rejects(deploy(), /the API keys of team could not be revoked/);
    });

  it("waits for none where there is neither: nothing will ever answer", async () => {
    const { outs } = await deploy();
    assert.deepEqual(outs.unrevoked, ["team"]);
  });
});
