import assert from "node:assert/strict";
import { pushArchive } from "../../src/oci/skopeo";
import { skipWithout } from "../support/skip";

describe("pushArchive", () => {
  it("refuses to dial elsewhere for a loopback address, for which skopeo asks no proxy, and says what to set", async function () {
    skipWithout("skopeo", this);
    const address = { url: "https://127.0.0.1:7443", connect: "10.0.0.1:443" };
    await assert.rejects(
      pushArchive({
        archive: "a.tar",
        repository: "team/app",
        tag: "1",
        address,
        compression: "zstd",
      }),
      /skopeo asks no proxy for https:\/\/127\.0\.0\.1:7443, so it cannot dial 10\.0\.0\.1:443/,
    );
  });
});
