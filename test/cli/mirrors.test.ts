import assert from "node:assert/strict";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { useScratch } from "../images/scratch";
import { fleet } from "./fleet";

describe("mirrors", function () {
  const scratch = useScratch();

  function project(name: string, config: object): string {
    const folder = scratch(name);
    mkdirSync(`${folder}/stacks`, { recursive: true });
    writeFileSync(`${folder}/Pulumi.yaml`, "name: zot-fleet\n");
    // JSON is YAML.
    writeFileSync(`${folder}/stacks/Pulumi.x.yaml`, JSON.stringify({ config }));
    return folder;
  }

  const cluster = { name: "x", context: "x", domain: "x.test" };
  const config = { "zot-fleet:cluster": cluster, "zot-fleet:upstreams": ["docker.io"] };

  it("prints what nodes need, and tells of a cache that they could not read", async () => {
    const cwd = project("plain", config);
    const { code, stdout, stderr } = await fleet(["mirrors", "--stack", "x"], { cwd });
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^# \/etc\/containerd\/certs\.d\/docker\.io\/hosts\.toml$/m);
    assert.match(stdout, /^\[host\."https:\/\/oci\.x\.test\/v2\/docker\.io"\]$/m);
    assert.match(stderr, /docker\.io is not open to everybody: give an account with --username/);
  });

  it("writes files that others cannot read, with the account's password", async () => {
    const cwd = project("out", config);
    const args = ["--username", "puller-1", "--password-stdin", "--into", "nodes"];
    const { code, stdout, stderr } = await fleet(["mirrors", "-s", "x", ...args], {
      cwd,
      input: "secret\n",
    });
    assert.equal(code, 0, stderr);
    assert.equal(stderr, "");
    const file = `${cwd}/nodes/certs.d/docker.io/hosts.toml`;
    assert.ok(stdout.includes(file));
    assert.ok(!stdout.includes("secret"));
    assert.equal(statSync(file).mode & 0o077, 0);
    const basic = Buffer.from("puller-1:secret").toString("base64");
    assert.ok(readFileSync(file, "utf8").includes(`Authorization = "Basic ${basic}"`));
  });

  it("writes the password into no file that others can read, also where one was there", async () => {
    const cwd = project("there", config);
    const file = `${cwd}/nodes/certs.d/docker.io/hosts.toml`;
    mkdirSync(`${cwd}/nodes/certs.d/docker.io`, { recursive: true });
    writeFileSync(file, "of the node\n", { mode: 0o644 });
    const args = ["--username", "puller-1", "--password-stdin", "--out", "nodes"];
    const { code } = await fleet(["mirrors", "-s", "x", ...args], { cwd, input: "secret\n" });
    assert.equal(code, 0);
    assert.match(readFileSync(file, "utf8"), /Authorization = "Basic /);
    assert.equal(statSync(file).mode & 0o777, 0o600);
  });

  it("says what is wrong with the stack file", async () => {
    const cwd = project("wrong", { ...config, "zot-fleet:upstreams": ["docker.oi"] });
    const { code, stderr } = await fleet(["mirrors", "--stack", "x"], { cwd });
    assert.equal(code, 2);
    assert.match(stderr, /zot-fleet:upstreams\[0\]/);
  });

  it("says that there is no such stack", async () => {
    const { code, stderr } = await fleet(["mirrors", "--stack", "y"], { cwd: project("none", {}) });
    assert.equal(code, 2);
    assert.match(stderr, /there is no stack file/);
  });
});
