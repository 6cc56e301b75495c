import assert from "node:assert/strict";
import { sentinelImage, sentinelTags } from "../../src/zot/sentinel";
import {
  sharedSecretKeys,
  sharedStorageConfig,
  type SharedStorage,
} from "../../src/zot/sharedStorage";
import { zotConfig } from "../../src/zot/zotConfig";

const shared: SharedStorage = {
  s3: { bucket: "images", region: "eu-central-1", prefix: "registries/ottawa" },
  redis: { addresses: ["redis:6379"], keyPrefix: "zot-ottawa" },
};
const at = (endpoint: string): SharedStorage => ({ ...shared, s3: { ...shared.s3, endpoint } });

describe("a bucket and a Redis in Zot's config", () => {
  it("are told whole, in Zot's spelling", () => {
    assert.deepEqual(sharedStorageConfig(shared), {
      remoteCache: true,
      storageDriver: {
        name: "s3",
        rootdirectory: "/registries/ottawa",
        region: "eu-central-1",
        bucket: "images",
        secure: true,
        skipverify: false,
      },
      cacheDriver: { name: "redis", addr: ["redis:6379"], keyprefix: "zot-ottawa" },
    });
  });

  for (const [endpoint, secure] of [
    ["https://s3.x.test", true],
    ["http://minio:9000", false],
    ["https://http:9000", true],
  ] as const)
    it(`are at ${endpoint}, ${secure ? "by TLS" : "in the open"}, with the bucket in the path`, () => {
      const { storageDriver } = sharedStorageConfig(at(endpoint));
      assert.deepEqual(
        [storageDriver.regionendpoint, storageDriver.forcepathstyle, storageDriver.secure],
        [endpoint, true, secure],
      );
    });

  it("have Redis' password where there is one", () => {
    assert.equal(sharedStorageConfig(shared, "p").cacheDriver.password, "p");
  });

  it("have keys of the Secret that no other key of it is", () => {
    assert.deepEqual(sharedSecretKeys, {
      config: "config.json",
      trusted: "trusted.pem",
      accessKeyId: "s3-access-key-id",
      secretAccessKey: "s3-secret-access-key",
    });
  });

  it("come with an image by which an absent bucket shows, and which no rule deletes", () => {
    assert.equal(sentinelImage, "zot-fleet/sentinel:1");
    assert.deepEqual(sentinelTags, { repository: "zot-fleet/sentinel", tags: ["1"] });
  });

  it("are swept by a pod that is alone, as several would lose tags by it", () => {
    const sweeps = (replicas: number) => {
      const { gc, gcDelay, gcInterval } = zotConfig({
        version: "2.1.18",
        address: "0.0.0.0",
        port: 5000,
        rootDirectory: "/var/lib/registry",
        htpasswdPath: "/secret/htpasswd",
        admins: ["admin"],
        shared,
        replicas,
      }).storage;
      return [gc, gcDelay, gcInterval];
    };
    assert.deepEqual(sweeps(1), [true, "24h", "24h"]);
    assert.deepEqual(sweeps(2), [false, undefined, undefined]);
  });
});
