import assert from "node:assert/strict";
import { pushArchive } from "../../src/oci/skopeo";

describe("pushArchive", () => {
  it("refuses an address that skopeo cannot dial, before it looks for skopeo, and says what to set", async () => {
    const address = { url: "https://oci.killinit.cc", connect: "10.0.0.1:443" };
    await assert.rejects(
      pushArchive({
        archive: "a.tar",
        repository: "team/app",
        tag: "1",
        address,
        compression: "zstd",
      }),
      /skopeo dials https:\/\/oci\.killinit\.cc by its name alone, not 10\.0\.0\.1:443: .*port-forward/,
    );
  });
});
