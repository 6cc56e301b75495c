import assert from "node:assert/strict";
import fc from "fast-check";
import { sha256 } from "../../src/images/digest";
import { canonicalConfig, canonicalConfigDigest } from "../../src/images/imageConfig";
import { dockerConfig, dockerOnly, dockerOnlyRun, identity } from "./arbitraryConfig";

const base = {
  architecture: "arm64",
  os: "linux",
  variant: "v8",
  author: "team",
  created: "2024-05-01T12:00:00.5Z",
  config: {
    User: "1000",
    ExposedPorts: { "8080/tcp": {} },
    Env: ["PATH=/bin", "MODE=prod"],
    Entrypoint: ["/init"],
    Cmd: ["serve", "--port=8080"],
    Volumes: { "/data": {} },
    WorkingDir: "/app",
    Labels: { "org.opencontainers.image.revision": "3f2a91c" },
    StopSignal: "SIGTERM",
  },
  rootfs: { type: "layers", diff_ids: [sha256("one"), sha256("two")] },
  history: [
    { created: "2024-05-01T12:00:00Z", created_by: "COPY . .", comment: "buildkit" },
    { empty_layer: true },
  ],
};
const canonical = (config: unknown) => canonicalConfig(JSON.stringify(config));

describe("canonicalConfig", () => {
  it("is sorted text without empties", () => {
    const config = {
      os: "linux",
      config: { Env: [], Cmd: null, WorkingDir: "" },
      architecture: "amd64",
      history: [],
    };
    assert.equal(
      canonical({
        ...config,
        rootfs: { type: "layers", diff_ids: ["sha256:1"] },
        created: "2024-01-01T00:00:00.000Z",
      }),
      '{"architecture":"amd64","config":{},"created":"2024-01-01T00:00:00Z","os":"linux","rootfs":{"diff_ids":["sha256:1"],"type":"layers"}}',
    );
  });

  it("has the digest of its text", () => {
    assert.equal(canonicalConfigDigest(JSON.stringify(base)), sha256(canonical(base)));
    assert.equal(canonicalConfigDigest(Buffer.from(JSON.stringify(base))), sha256(canonical(base)));
  });

  it("writes times as Go does", () => {
    const times: [written: string, normalised: string][] = [
      ["2024-01-01T00:00:00Z", "2024-01-01T00:00:00Z"],
      ["2024-01-01T00:00:00.000Z", "2024-01-01T00:00:00Z"],
      ["2024-01-01T00:00:00.120Z", "2024-01-01T00:00:00.12Z"],
      ["2024-01-01T00:00:00.1234567899Z", "2024-01-01T00:00:00.123456789Z"],
      ["2024-01-01T00:00:00.000000001+00:00", "2024-01-01T00:00:00.000000001Z"],
      ["2024-02-29T23:59:59-05:30", "2024-02-29T23:59:59-05:30"],
      ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"],
    ];
    for (const [written, normalised] of times) {
      assert.ok(canonical({ created: written }).includes(`"created":"${normalised}"`), written);
    }
  });

  it("refuses what no conversion could read, with the field", () => {
    const refused: [config: unknown, message: RegExp][] = [
      [[], /^image config is an array; wanted an object/],
      [{ os: 1 }, /^os is number; wanted a string/],
      [{ config: { Env: "A=1" } }, /^config\.Env is string; wanted an array/],
      [{ config: { Env: ["A", 1] } }, /^config\.Env\[1\] is number/],
      [{ config: { Labels: { a: true } } }, /^config\.Labels\.a is boolean/],
      [{ config: { ExposedPorts: { "80/tcp": "" } } }, /^config\.ExposedPorts\.80\/tcp is string/],
      [
        { history: [{ empty_layer: "yes" }] },
        /^history\[0\]\.empty_layer is string; wanted true or false/,
      ],
      [
        { history: [{ created: "yesterday" }] },
        /^history\[0\]\.created is "yesterday"; wanted an RFC 3339 time/,
      ],
      ...[
        "",
        "2024-02-30T00:00:00Z",
        "2024-01-01T24:00:00Z",
        "2024-01-01 00:00:00Z",
        "2024-01-01T00:00:00",
      ].map((created): [unknown, RegExp] => [{ created }, /^created is "/]),
    ];
    for (const [config, message] of refused) {
      assert.throws(
        () => canonical(config),
        { name: "GoJsonError", message },
        JSON.stringify(config),
      );
    }
    assert.throws(() => canonicalConfig("{"), {
      name: "GoJsonError",
      message: /^image config is not JSON/,
    });
  });

  it("finds fields whatever their case, as Go does", () => {
    assert.equal(
      canonicalConfig('{"OS":"linux","Config":{"ENV":["a"]}}'),
      canonicalConfig('{"os":"linux","config":{"Env":["a"]}}'),
    );
    assert.equal(canonicalConfig('{"os":"linux","OS":null}'), canonicalConfig('{"os":"linux"}'));
  });

  it("keeps a label that is called __proto__", () => {
    assert.ok(
      canonicalConfig('{"config":{"Labels":{"__proto__":"x"}}}').includes(
        '"Labels":{"__proto__":"x"}',
      ),
    );
  });

  it("does not change when it is applied again, nor with the order of keys", () => {
    const turned = (value: unknown): unknown =>
      typeof value !== "object" || value === null || Array.isArray(value)
        ? value
        : Object.fromEntries(
            Object.entries(value)
              .reverse()
              .map(([key, each]) => [key, turned(each)]),
          );
    fc.assert(
      fc.property(identity, (of) => {
        const text = canonical(of);
        assert.equal(canonicalConfig(text), text);
        assert.equal(canonical(turned(of)), text);
      }),
    );
  });

  it("does not see what Docker writes besides", () => {
    fc.assert(
      fc.property(identity, dockerOnly, dockerOnlyRun, (of, outer, run) => {
        assert.equal(
          canonical(dockerConfig(of, [], outer, run)),
          canonical(dockerConfig(of, [], {}, {})),
        );
      }),
    );
  });

  it("sees any change of what counts", () => {
    type Path = readonly (string | number)[];
    const leaves = (value: unknown, at: Path = []): Path[] =>
      typeof value === "object" && value !== null && Object.keys(value).length > 0
        ? Object.entries(value).flatMap(([key, each]) =>
            leaves(each, [...at, Array.isArray(value) ? Number(key) : key]),
          )
        : [at];
    const changed = (value: unknown, path: Path, change: (leaf: unknown) => unknown): unknown => {
      const [key, ...rest] = path;
      if (key === undefined) return change(value);
      if (Array.isArray(value))
        return value.map((each, index) =>
          index === key ? changed(each, rest, change) : (each as unknown),
        );
      const entries = Object.entries(value as object).map(([name, each]): [string, unknown] => [
        // A leaf that is an empty object is a port or a volume: there the key is what counts.
        name === key && rest.length === 0 && typeof each === "object" ? `${name}x` : name,
        name === key ? changed(each, rest, change) : each,
      ]);
      return Object.fromEntries(entries);
    };
    const change = (leaf: unknown) => {
      if (typeof leaf === "boolean") return !leaf;
      if (typeof leaf !== "string") return leaf;
      return /^\d{4}-/.test(leaf) ? leaf.replace("2024", "2025") : `${leaf}x`;
    };
    const paths = leaves(base);
    assert.equal(paths.length, 23);
    const texts = new Set([
      canonical(base),
      ...paths.map((path) => canonical(changed(base, path, change))),
    ]);
    assert.equal(texts.size, paths.length + 1);
  });

  it("sees lists in another order, and an entry more or less", () => {
    const { config, rootfs, history } = base;
    const others = [
      { ...base, config: { ...config, Env: [...config.Env].reverse() } },
      { ...base, config: { ...config, Cmd: [...config.Cmd].reverse() } },
      { ...base, config: { ...config, Cmd: [] } },
      { ...base, config: { ...config, Labels: { ...config.Labels, more: "" } } },
      { ...base, rootfs: { ...rootfs, diff_ids: [...rootfs.diff_ids].reverse() } },
      { ...base, history: [...history, {}] },
      { ...base, history: [...history].reverse() },
      { ...base, "os.version": "10.0" },
      { ...base, "os.features": ["win32k"] },
    ];
    assert.equal(new Set([base, ...others].map(canonical)).size, others.length + 1);
  });
});
