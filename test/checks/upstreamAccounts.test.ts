import assert from "node:assert/strict";
import { useFakes } from "../support/fakeRegistry";
import { look, summary } from "./look";

describe("the accounts of upstreams", () => {
  const fakes = useFakes();

  it("ZF803: are sent over https, or to this machine alone", async () => {
    const { url } = await fakes.server((_, response) => response.end("{}"));
    const found = async (upstream: string, username?: string) =>
      summary(
        await look(
          "ZF803",
          { url },
          { upstreams: [{ name: "a.test", url: upstream, ...(username && { username }) }] },
        ),
      );
    assert.equal(await found("http://a.test", "fleet"), "failed");
    assert.equal(await found("https://a.test", "fleet"), "passed");
    assert.equal(await found("http://127.0.0.1:5000", "fleet"), "passed");
    assert.equal(await found("http://a.test"), "skipped");
  });
});
