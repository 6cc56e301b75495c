import assert from "node:assert/strict";
import { parseStackConfig, secretKeys } from "../../src/config/stack";
import { areTold, haveLimits } from "./told";
import { right } from "./wrongStacks";

const s3 = { bucket: "images", region: "eu-central-1" };
const redis = { addresses: ["redis:6379"] };
const storage = (key: string) => (value: unknown) => ({ registry: { storage: { [key]: value } } });
const template = (key: string) => (value: unknown) => ({
  registry: { storage: { template: { [key]: value } } },
});
const bucket = (key: string) => (value: unknown) => ({
  registry: { storage: { s3: { ...s3, [key]: value } }, redis },
});
const redisWith = (key: string) => (value: unknown) => ({
  registry: { storage: { s3 }, redis: { ...redis, [key]: value } },
});
const className = "the name of a StorageClass";
const classes = ["fast", "a", "0.b-c", "a".repeat(253)];
const noClasses = ["", "Fast", "-a", "a-", ".a", "a.", "a b", "a".repeat(254)];
const folders = ["ottawa", "a/b-c/d.e_F", "-a"];
const noFolders = ["", "/a", "a/", "a//b", "../a", "a/.b", "a b", "a/b ", " a"];
const folderRule = ": letters, digits, dots, dashes and underscores, with slashes between";

describe("zot-fleet:registry.storage", () => {
  it("calls a class as components do", () => {
    const read = (said: object) =>
      parseStackConfig({ ...right, registry: { storage: said } }).registry.storage;
    assert.deepEqual(read({ class: "fast", template: { class: "slow" } }), {
      size: "20Gi",
      storageClass: "fast",
      template: { size: "20Gi", storageClass: "slow" },
    });
    assert.deepEqual(read({ size: "30Gi", template: { size: "8Gi" } }), {
      size: "30Gi",
      template: { size: "8Gi" },
    });
  });

  const sizes = "a size such as 20Gi";
  haveLimits([
    ["registry.storage.size", storage("size"), ["1Gi", "500M"], ["1GB", "", "0Gi"], sizes],
    ["registry.storage.class", storage("class"), classes, noClasses, className],
    ["registry.storage.template.size", template("size"), ["8Gi"], ["8 Gi"], sizes],
    ["registry.storage.template.class", template("class"), classes, noClasses, className],
    [
      "registry.storage.s3.bucket",
      bucket("bucket"),
      ["abc", "0.a-b9", "a".repeat(63)],
      ["ab", "Abc", "-ab", "ab-", "a_b", "a".repeat(64), undefined],
      "the name of a bucket: 3 to 63 lower-case letters, digits, dots and dashes",
    ],
    [
      "registry.storage.s3.region",
      bucket("region"),
      ["a", "us-east-1", "a".repeat(63)],
      ["", "EU", "a b", "a".repeat(64), undefined],
      "a region such as eu-central-1",
    ],
    [
      "registry.storage.s3.endpoint",
      bucket("endpoint"),
      ["https://s3.test", "http://10.0.0.7:9000"],
      ["s3.test", "https://s3.test/a"],
      "http(s)://host[:port]",
    ],
    ["registry.storage.s3.ca", bucket("ca"), [], ["/etc/ca.pem"], "certificates in PEM"],
    [
      "registry.storage.s3.prefix",
      bucket("prefix"),
      folders,
      noFolders,
      `a folder in the bucket${folderRule}`,
    ],
    [
      "registry.redis.keyPrefix",
      redisWith("keyPrefix"),
      folders,
      noFolders,
      `what Redis' keys begin with${folderRule}`,
    ],
    [
      "registry.redis.addresses",
      redisWith("addresses"),
      [["a:1"], ["a:1", "b:2"]],
      [[], "a:1", undefined],
      "a list of host:port, at least one",
    ],
    [
      "registry.redis.addresses[0]",
      (address) => redisWith("addresses")([address]),
      ["a:1", "redis.storage-1:6379", "10.0.0.7:65535", "R:99999"],
      ["a", "a:0", "a:", ":1", "a:123456", "redis://a:1", "a:1/0", "a b:1"],
      "host:port",
    ],
  ]);
});

describe("the secrets of a bucket and of Redis", () => {
  const shared = { registry: { storage: { s3 }, redis } };
  const hidden = "a secret value, which is not shown";
  const pair = "an object with accessKeyId and secretAccessKey";

  it("are secret, and taken as they are", () => {
    assert.ok(secretKeys.has("s3Credentials") && secretKeys.has("redisPassword"));
    const s3Credentials = { accessKeyId: "a", secretAccessKey: "b" };
    const config = parseStackConfig({ ...right, ...shared, s3Credentials, redisPassword: "c" });
    assert.deepEqual(config.s3Credentials, s3Credentials);
    assert.equal(config.redisPassword, "c");
  });

  areTold([
    [
      "a text for an access key",
      { ...shared, s3Credentials: "a:b" },
      "s3Credentials",
      hidden,
      pair,
    ],
    [
      "an empty id",
      { ...shared, s3Credentials: { accessKeyId: "", secretAccessKey: "b" } },
      "s3Credentials.accessKeyId",
      hidden,
      "the key's id",
    ],
    [
      "no key",
      { ...shared, s3Credentials: { accessKeyId: "a" } },
      "s3Credentials.secretAccessKey",
      "nothing",
      "the key",
    ],
    [
      "an empty key",
      { ...shared, s3Credentials: { accessKeyId: "a", secretAccessKey: "" } },
      "s3Credentials.secretAccessKey",
      hidden,
      "the key",
    ],
    ["an empty password", { ...shared, redisPassword: "" }, "redisPassword", hidden, "a password"],
  ]);
});
