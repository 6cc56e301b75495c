import assert from "node:assert/strict";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import { delimiter } from "node:path";
import { CliError } from "../../src/cli/failure";
import { targetOf, type VerifyFlags } from "../../src/cli/verifyFlags";
import { UserError } from "../../src/system/userError";
import { useScratch } from "../images/scratch";
import { sentinelImage } from "../../src/zot/sentinel";
import { fill, startBucketZot } from "../support/bucketZot";
import { useFakes } from "../support/fakeRegistry";
import { fleet } from "./fleet";

const password = "a password that nobody may see";
const basic = `Basic ${Buffer.from(`ada:${password}`).toString("base64")}`;

/** Knows ada, and speaks its API version unless told otherwise. */
const registry =
  (version = "registry/2.0"): RequestListener =>
  ({ headers }, response) => {
    response.statusCode = headers.authorization === basic ? 200 : 401;
    response.setHeader("docker-distribution-api-version", version).end("{}");
  };

interface JsonReport {
  target: string;
  counts: Record<string, number>;
  results: { code: string; status: string }[];
}

describe("verify", function () {
  const fakes = useFakes();
  const scratch = useScratch();
  const asAda = ["--username", "ada", "--password-stdin"];
  const run = (args: string[], input = "") => fleet(["verify", ...args], { input });

  it("ends with 0 where all is fine, and shows no password", async () => {
    const { url } = await fakes.server(registry());
    const only = ["--only", "zf102,ZF203"];
    const found = await run(["--url", url, ...asAda, ...only, "-o", "json"], `${password}\n`);
    assert.equal(found.code, 0, found.stderr);
    const report = JSON.parse(found.stdout) as JsonReport;
    assert.deepEqual(report.counts, { passed: 2, warning: 0, failed: 0, skipped: 0 });
    assert.equal(report.target, url);
    assert.doesNotMatch(found.stdout + found.stderr, /nobody may see/);
  });

  it("ends with 1 where something is wrong, and says what to do", async () => {
    const { url } = await fakes.server(registry("registry/9"));
    const found = await run(["--url", url, ...asAda, "--only", "ZF102"], password);
    assert.equal(found.code, 1);
    assert.match(found.stdout, /^× failed {3}ZF102 .*registry\/9.*\n {11}→ Does the address lead/m);
    assert.match(found.stdout, /\n0 passed, 1 failed, 0 skipped\n$/);
    assert.doesNotMatch(found.stdout, /\u001B/);
  });

  it("ends with 3 where the registry is not reached", async () => {
    const found = await run(["--url", "http://127.0.0.1:1", "-o", "json"]);
    assert.equal(found.code, 3);
    const [first] = (JSON.parse(found.stdout) as JsonReport).results;
    assert.deepEqual([first?.code, first?.status], ["ZF101", "failed"]);
  });

  it("ends with 3 where nothing was looked at", async () => {
    const { url } = await fakes.server(registry());
    assert.equal((await run(["--url", url, "--only", "ZF104"])).code, 3);
  });

  it("ends with 2 for arguments that cannot be", async () => {
    const wrong: [string[], RegExp][] = [
      [[], /by one of --stack, --local and --url/],
      [["-o", "xml"], /table, json, junit, markdown/],
      [["--url", "http://127.0.0.1:1", "--only", "latest"], /A code looks like ZF301, not LATEST/],
    ];
    for (const [args, words] of wrong) {
      const found = await run(args);
      assert.match(found.stderr, words, args.join(" "));
      assert.deepEqual([found.code, found.stdout], [2, ""], args.join(" "));
    }
  });

  it("says what to write instead of what cannot be", async () => {
    const usual: VerifyFlags = {
      output: "table",
      wait: 0,
      local: false,
      folder: scratch("none"),
      role: "admin",
      passwordStdin: false,
      image: [],
    };
    const url = "http://127.0.0.1:1";
    const wrong: [Partial<VerifyFlags>, RegExp][] = [
      [{ url, local: true }, /by one of --stack, --local and --url/],
      [{ url, username: "ada" }, /belong together/],
      [{ url, passwordStdin: true }, /belong together/],
      [{ url, image: ["team/app"] }, /write repository:tag/],
      [{ url, image: ["oci.example/team/app:v1"] }, /write repository:tag/],
      [{ url, image: ["Team:v1"] }, /lower-case/],
      [{ url: "http://ada:secret@127.0.0.1:1" }, /credentials inside/],
      [{ url, ca: scratch("none") }, /ENOENT/],
      [{ local: true }, /npm run local makes one/],
    ];
    for (const [flags, words] of wrong) {
      await assert.rejects(targetOf({ ...usual, ...flags }), (error: unknown) => {
        assert.ok(error instanceof UserError);
        assert.match(error.message, words);
        assert.doesNotMatch(error.message, /secret/);
        return !(error instanceof CliError) || error.exitCode === 2;
      });
    }
  });

  describe("of a stack", () => {
    /** A `pulumi` that gives this state, and a project that it stands for. */
    function project(name: string, state: object | string) {
      const folder = scratch(name);
      mkdirSync(folder);
      writeFileSync(`${folder}/Pulumi.yaml`, "name: zot-fleet\n");
      writeFileSync(`${folder}/state.json`, JSON.stringify(state));
      const script =
        typeof state === "string"
          ? `echo '{"password": "${password}"}'; echo '${state}' >&2; exit 255`
          : `echo "$@" > ${folder}/args; cat ${folder}/state.json`;
      writeFileSync(`${folder}/pulumi`, `#!/bin/sh\n${script}\n`);
      chmodSync(`${folder}/pulumi`, 0o755);
      const env = { PATH: `${folder}${delimiter}${process.env["PATH"] ?? ""}` };
      return (args: string[]) => fleet(["verify", ...args], { cwd: folder, env });
    }

    const secret = (value: unknown) => ({
      "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
      plaintext: JSON.stringify(value),
    });

    const type = "pulumi-nodejs:dynamic/zot-fleet:Verification";
    const stateOf = (inputs: object, outputs: object = {}) => ({
      version: 3,
      deployment: {
        resources: [
          { type: "pulumi:pulumi:Stack", urn: "urn:1" },
          { type, urn: "urn:2", inputs, outputs },
        ],
      },
    });

    it("takes its expectations, secrets and all, from the state", async () => {
      const { url } = await fakes.server(registry());
      const accounts = secret([{ username: "ada", password, role: "admin" }]);
      const inputs = { endpoint: { via: "address", url }, accounts, images: [], __provider: "x" };
      const verify = project("stack", stateOf(inputs));
      const found = await verify(["-s", "ottawa", "-o", "junit", "--only", "ZF203"]);
      assert.equal(found.code, 0, found.stderr);
      assert.match(
        found.stdout,
        new RegExp(`<testsuite name="ottawa, ${url}" tests="1" failures="0"`),
      );
      assert.doesNotMatch(found.stdout + found.stderr, /nobody may see/);
    });

    it("takes what was asked last where the checks of an update failed: the inputs are those before it", async () => {
      const { url } = await fakes.server(registry());
      const accounts = secret([{ username: "ada", password, role: "admin" }]);
      const at = (address: string) => ({ endpoint: { via: "address", url: address }, images: [] });
      const before = { ...at("http://127.0.0.1:1"), accounts };
      const verify = project("failed", stateOf(before, { ...at(url), accounts, results: [] }));
      const found = await verify(["-s", "ottawa", "--only", "ZF203"]);
      assert.equal(found.code, 0, found.stdout + found.stderr);
    });

    it("writes a file for Prometheus, whole and without a secret, beside what it prints", async () => {
      const { url } = await fakes.server(registry());
      const accounts = secret([{ username: "ada", password, role: "admin" }]);
      const apiKeys = secret({
        declared: [
          {
            name: "forge",
            username: "ada",
            id: "1",
            password: "zak nobody may see",
            expiresAt: "2030-01-01T00:00:00Z",
            renewBeforeDays: 21,
          },
        ],
        unrevoked: [],
      });
      const inputs = { endpoint: { via: "address", url }, accounts, apiKeys, images: [] };
      const verify = project("prometheus", stateOf(inputs));
      const file = scratch("ottawa.prom");
      const found = await verify(["-s", "ottawa", "--report", file]);
      assert.match(found.stdout, /^ottawa, http/, found.stderr);
      const text = readFileSync(file, "utf8");
      assert.match(text, /^zot_fleet_check\{stack="ottawa",code="ZF203",subject="ada"\} 1$/m);
      assert.match(
        text,
        /^zot_fleet_api_key_expiry_timestamp_seconds\{.*key="forge".*\} 1893456000$/m,
      );
      const ended = /^zot_fleet_verification_timestamp_seconds\{.*\} (\d+)$/m.exec(text)?.[1];
      assert.ok(Math.abs(Date.now() / 1000 - Number(ended)) < 60, ended);
      assert.doesNotMatch(text, /nobody may see/);

      const part = await verify(["-s", "ottawa", "--only", "ZF203", "-o", "prometheus"]);
      assert.deepEqual([part.code, part.stdout], [2, ""]);
      assert.match(part.stderr, /leave out --only/);
    });

    it("ends with 3 and the cause where the registry's bucket is away, and calls nothing absent", async () => {
      const zot = await startBucketZot(fakes);
      const digest = fill(zot, "team/app", "v1", sentinelImage);
      zot.setAway(true);
      const endpoint = { via: "address", url: zot.url, sentinel: sentinelImage };
      const accounts = secret([{ username: "ada", password, role: "admin" }]);
      const images = [{ repository: "team/app", tags: ["v1"], digest, platforms: [] }];
      const verify = project("outage", stateOf({ endpoint, accounts, images }));
      const found = await verify(["-s", "ottawa", "-o", "json"]);
      assert.deepEqual([found.code, found.stdout], [3, ""]);
      assert.equal(
        found.stderr,
        `${zot.url}: the storage behind the registry does not answer, or was emptied: it says that even ${sentinelImage} is not there, so nothing is known of what it holds\n`,
      );
    });

    it("ends with 2 where the state has no verification, or one of another version", async () => {
      const none = await project("none-yet", { version: 3, deployment: {} })(["-s", "ottawa"]);
      assert.match(none.stderr, /has 0 verifications, not one: run "pulumi up" first/);
      const old = await project(
        "old",
        stateOf({ address: {}, accounts: [], images: [] }),
      )(["-s", "x"]);
      assert.match(old.stderr, /of another version of zot-fleet \(endpoint: /);
      assert.deepEqual([none.code, old.code], [2, 2]);
    });

    it("ends with 3 and Pulumi's own words where the state cannot be read, never with the state", async () => {
      const found = await project(
        "no-passphrase",
        "error: passphrase must be set",
      )(["-s", "ottawa"]);
      assert.equal(found.code, 3);
      assert.equal(
        found.stderr,
        "the state of ottawa cannot be read: error: passphrase must be set\n",
      );
    });
  });
});
