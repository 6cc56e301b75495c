import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  childEnvironment,
  hermeticEnvironment,
  installerEnvironment,
} from "../../src/system/environment";

/** What a shell may hold that no program of ours has a use for. */
const hostile = {
  PULUMI_CONFIG_PASSPHRASE: "canary",
  PULUMI_BACKEND_URL: "s3://canary",
  AWS_SECRET_ACCESS_KEY: "canary",
  GITHUB_TOKEN: "canary",
  REGISTRY_HTTP_ADDR: "0.0.0.0:5000",
  REGISTRY_AUTH_FILE: "/canary",
  DOCKER_CONFIG: "/canary",
  KUBECONFIG: "/canary",
  CONTAINERS_REGISTRIES_CONF: "/canary",
};

describe("the environment of programs that we start", () => {
  const before = { ...process.env };
  beforeEach(() => {
    Object.assign(process.env, hostile, {
      SSL_CERT_FILE: "/company.pem",
      https_proxy: "http://p:1",
    });
  });
  afterEach(() => {
    for (const name of Object.keys(process.env))
      if (!(name in before)) Reflect.deleteProperty(process.env, name);
    Object.assign(process.env, before);
  });

  it("holds the way to programs and to the network, and nothing that was not named", () => {
    for (const environment of [childEnvironment(), hermeticEnvironment(), installerEnvironment()]) {
      for (const name of Object.keys(hostile)) assert.ok(!(name in environment), name);
      assert.equal(environment["PATH"], before["PATH"]);
    }
    assert.equal(childEnvironment()["https_proxy"], "http://p:1");
    assert.equal(childEnvironment()["SSL_CERT_FILE"], "/company.pem");
    assert.equal(hermeticEnvironment()["SSL_CERT_FILE"], undefined);
  });

  it("holds what the caller adds", () => {
    assert.equal(childEnvironment({ NO_PROXY: "" })["NO_PROXY"], "");
  });

  it("takes everything else out of this process where libraries pass all of it on", () => {
    const script =
      'require("./src/system/environment").keepOnlyCommon(); process.stdout.write(JSON.stringify(process.env))';
    const printed = execFileSync(process.execPath, ["--require", "tsx/cjs", "-e", script], {
      encoding: "utf8",
    });
    const left = JSON.parse(printed) as NodeJS.ProcessEnv;
    for (const name of [...Object.keys(hostile), "SSL_CERT_FILE"]) assert.ok(!(name in left), name);
    assert.equal(left["PATH"], before["PATH"]);
  });
});
