import assert from "node:assert/strict";
import fc from "fast-check";
import {
  formatPlatform,
  parsePlatform,
  platformOfConfig,
  samePlatform,
  tagSuffix,
} from "../../src/images/platform";

const same = (promised: string, found: string) =>
  samePlatform(parsePlatform(promised), parsePlatform(found));

describe("platform", () => {
  it("reads what Docker, Go and uname call a platform", () => {
    const spellings: [written: string, normalised: string][] = [
      ["linux/amd64", "linux/amd64"],
      ["linux/x86_64", "linux/amd64"],
      ["Linux/AMD64/v1", "linux/amd64"],
      ["linux/amd64/v3", "linux/amd64/v3"],
      ["linux/aarch64", "linux/arm64"],
      ["linux/arm64/v8", "linux/arm64"],
      ["linux/arm64/9", "linux/arm64/v9"],
      ["linux/arm", "linux/arm/v7"],
      ["linux/armhf", "linux/arm/v7"],
      ["linux/armel", "linux/arm/v6"],
      ["linux/arm/5", "linux/arm/v5"],
      ["linux/i386", "linux/386"],
      ["macos/arm64", "darwin/arm64"],
      ["linux/riscv64", "linux/riscv64"],
    ];
    for (const [written, normalised] of spellings) {
      assert.equal(formatPlatform(parsePlatform(written)), normalised, written);
    }
  });

  it("refuses what is no platform, and says what one looks like", () => {
    for (const text of [
      "",
      "linux",
      "linux/",
      "/amd64",
      "linux/arm/v7/x",
      "linux/am d64",
      "linux/*",
    ]) {
      assert.throws(() => parsePlatform(text), /is no platform; wanted os\/architecture/, text);
    }
  });

  it("tells the variants of arm apart", () => {
    assert.ok(same("linux/arm64", "linux/arm64/v8"));
    assert.ok(same("linux/arm", "linux/arm/v7"));
    assert.ok(!same("linux/arm/v7", "linux/arm/v6"));
    assert.ok(!same("linux/arm64", "linux/arm"));
    assert.ok(!same("linux/amd64", "linux/arm64"));
    assert.ok(!same("linux/amd64", "windows/amd64"));
  });

  it("takes an arm config without a variant as containerd does, for v7", () => {
    const found = platformOfConfig('{"os":"linux","architecture":"arm"}');
    assert.ok(samePlatform(parsePlatform("linux/arm/v7"), found));
    assert.ok(!samePlatform(parsePlatform("linux/arm/v6"), found));
  });

  it("gives each platform a tag of its own", () => {
    const suffixes = [
      "linux/amd64",
      "linux/arm64/v8",
      "linux/arm/v7",
      "linux/arm/v6",
      "windows/amd64",
    ].map((each) => tagSuffix(parsePlatform(each)));
    assert.deepEqual(suffixes, ["amd64", "arm64", "armv7", "armv6", "windows-amd64"]);
  });

  it("reads a config's platform as it stands there", () => {
    const config = {
      os: "linux",
      architecture: "arm64",
      variant: "v8",
      "os.version": "10",
      "os.features": ["x"],
    };
    assert.deepEqual(platformOfConfig(JSON.stringify(config)), config);
    assert.deepEqual(platformOfConfig("{}"), { os: "", architecture: "" });
  });

  it("writes and reads to the same platform", () => {
    const name = fc.constantFrom(
      "linux",
      "Windows",
      "arm",
      "arm64",
      "amd64",
      "x86_64",
      "armel",
      "v6",
      "v8",
      "7",
      "v1",
      "x",
    );
    fc.assert(
      fc.property(name, name, fc.option(name, { nil: undefined }), (os, architecture, variant) => {
        const platform = parsePlatform(
          [os, architecture, ...(variant === undefined ? [] : [variant])].join("/"),
        );
        assert.deepEqual(parsePlatform(formatPlatform(platform)), platform);
      }),
    );
  });
});
