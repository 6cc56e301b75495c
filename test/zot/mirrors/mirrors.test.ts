import assert from "node:assert/strict";
import { mirrorFormats, type MirrorOptions } from "../../../src/zot/mirrors/mirrors";
import { readYaml } from "../../support/yaml";

const options: MirrorOptions = {
  url: "https://oci.killinit.cc",
  upstreams: [{ name: "docker.io", url: "https://registry-1.docker.io" }],
};
const credentials = { username: "puller-1", password: 'p"w' };

const lines = (content = "") =>
  content
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));

describe("mirrors for containerd", () => {
  it("ask the cache first, then the upstream", () => {
    const [docker, own] = mirrorFormats.containerd(options);
    assert.equal(docker?.path, "/etc/containerd/certs.d/docker.io/hosts.toml");
    assert.deepEqual(lines(docker.content), [
      'server = "https://registry-1.docker.io"',
      '[host."https://oci.killinit.cc/v2/docker.io"]',
      'capabilities = ["pull", "resolve"]',
      "override_path = true",
      'dial_timeout = "3s"',
    ]);
    assert.equal(own?.path, "/etc/containerd/certs.d/oci.killinit.cc/hosts.toml");
    assert.equal(lines(own.content)[0], 'server = "https://oci.killinit.cc"');
  });

  it("say where containerd is told of them, in the words of both of its configs", () => {
    const [docker] = mirrorFormats.containerd(options);
    assert.deepEqual(docker?.content.split("\n"), [
      '# Read where containerd\'s config.toml says config_path = "/etc/containerd/certs.d":',
      '# with version = 2 (containerd 1.x; 2.x reads it, too) under [plugins."io.containerd.grpc.v1.cri".registry],',
      '# with version = 3 (containerd 2.x) under [plugins."io.containerd.cri.v1.images".registry].',
      'server = "https://registry-1.docker.io"',
      "",
      '[host."https://oci.killinit.cc/v2/docker.io"]',
      '  capabilities = ["pull", "resolve"]',
      "  override_path = true",
      '  dial_timeout = "3s"',
      "",
    ]);
  });

  it("name the registry itself as the host of its own images", () => {
    const [, own] = mirrorFormats.containerd(options);
    assert.deepEqual(lines(own?.content), [
      'server = "https://oci.killinit.cc"',
      '[host."https://oci.killinit.cc"]',
      'capabilities = ["pull", "resolve"]',
    ]);
  });

  it("sign in under the table of the server and of the host", () => {
    const [docker] = mirrorFormats.containerd({ ...options, fallback: false, credentials });
    assert.deepEqual(
      lines(docker?.content).filter((line) => line.endsWith("header]")),
      ["[header]", '[host."https://oci.killinit.cc/v2/docker.io".header]'],
    );
  });

  it("ask nobody else without a fallback", () => {
    const [docker] = mirrorFormats.containerd({ ...options, fallback: false });
    assert.deepEqual(lines(docker?.content), [
      'server = "https://oci.killinit.cc/v2/docker.io"',
      "override_path = true",
      '[host."https://oci.killinit.cc/v2/docker.io"]',
      'capabilities = ["pull", "resolve"]',
      "override_path = true",
      'dial_timeout = "3s"',
    ]);
  });

  it("sign in at the cache alone", () => {
    const [docker, own] = mirrorFormats.containerd({ ...options, credentials });
    const basic = Buffer.from('puller-1:p"w').toString("base64");
    assert.equal(lines(docker?.content).at(-1), `Authorization = "Basic ${basic}"`);
    assert.ok(!own?.content.includes(basic));
  });
});

describe("mirrors for k3s", () => {
  it("are rewritten to the upstream's prefix", () => {
    const [file, ...others] = mirrorFormats.k3s({ ...options, credentials });
    assert.deepEqual([file?.path, others], ["/etc/rancher/k3s/registries.yaml", []]);
    assert.match(
      file?.content ?? "",
      /^# Where the cache has no answer, k3s asks the upstream\.\n\{\n {2}"/,
    );
    assert.match(file?.content ?? "", /\}\n$/);
    assert.deepEqual(readYaml(file?.content ?? ""), {
      mirrors: {
        "docker.io": {
          endpoint: ["https://oci.killinit.cc"],
          rewrite: { "^(.*)$": "docker.io/$1" },
        },
        "oci.killinit.cc": { endpoint: ["https://oci.killinit.cc"] },
      },
      configs: { "oci.killinit.cc": { auth: credentials } },
    });
  });

  it("say which flag ends the fallback", () => {
    const [file] = mirrorFormats.k3s({ ...options, fallback: false });
    assert.match(file?.content ?? "", /^# Start k3s with --disable-default-registry-endpoint, or /);
    assert.deepEqual(Object.keys(readYaml(file?.content ?? "") as object), ["mirrors"]);
  });
});

describe("mirrors for Talos", () => {
  it("are a document each", () => {
    const [file] = mirrorFormats.talos({ ...options, fallback: false, credentials });
    assert.equal(file?.path, "talos-registries.yaml");
    assert.match(file.content, /\}\n---\n\{\n {2}"/);
    assert.deepEqual(file.content.split("---\n").map(readYaml), [
      {
        apiVersion: "v1alpha1",
        kind: "RegistryMirrorConfig",
        name: "docker.io",
        endpoints: [{ url: "https://oci.killinit.cc/v2/docker.io", overridePath: true }],
        skipFallback: true,
      },
      {
        apiVersion: "v1alpha1",
        kind: "RegistryMirrorConfig",
        name: "oci.killinit.cc",
        endpoints: [{ url: "https://oci.killinit.cc" }],
      },
      {
        apiVersion: "v1alpha1",
        kind: "RegistryAuthConfig",
        name: "oci.killinit.cc",
        ...credentials,
      },
    ]);
  });

  it("fall back to the upstream and sign in nowhere, where nothing else is said", () => {
    const [file] = mirrorFormats.talos(options);
    assert.deepEqual((file?.content ?? "").split("---\n").map(readYaml), [
      {
        apiVersion: "v1alpha1",
        kind: "RegistryMirrorConfig",
        name: "docker.io",
        endpoints: [{ url: "https://oci.killinit.cc/v2/docker.io", overridePath: true }],
      },
      {
        apiVersion: "v1alpha1",
        kind: "RegistryMirrorConfig",
        name: "oci.killinit.cc",
        endpoints: [{ url: "https://oci.killinit.cc" }],
      },
    ]);
  });
});
