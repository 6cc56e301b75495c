import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { freePort } from "../support/freePort";
import { runLocalOnce, startLocal, shown } from "../support/localRun";
import { skipWithout } from "../support/skip";

const checkout = resolve(__dirname, "../..");

describe("npm run local, started from the shell of a Pulumi user", function () {
  this.timeout(300_000);
  const folder = mkdtempSync(join(tmpdir(), "local-"));
  const team = mkdtempSync(join(tmpdir(), "team-"));
  let port: number;
  let place: string[];
  let env: NodeJS.ProcessEnv;

  before(async function () {
    for (const needed of ["pulumi", "skopeo", "docker-registry"]) skipWithout(needed, this);
    port = await freePort();
    place = ["--folder", folder, "--registry", "distribution", "--port", String(port)];
    mkdirSync(join(team, "state"));
    env = {
      ...process.env,
      PULUMI_BACKEND_URL: `file://${join(team, "state")}`,
      PULUMI_HOME: join(team, "home"),
      PULUMI_CONFIG_PASSPHRASE: "of the team",
      PULUMI_CONFIG_PASSPHRASE_FILE: join(team, "no-such-file"),
      PULUMI_STACK: "ottawa",
      PULUMI_CONFIG: "{}",
      PULUMI_ACCESS_TOKEN: "of-the-team",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      PULUMI_IGNORE_AMBIENT_PLUGINS: "true",
      PULUMI_SELF_MANAGED_STATE_GZIP: "true",
      DOCKER_CONFIG: join(team, "docker"),
      REGISTRY_AUTH_FILE: join(team, "auth.json"),
      REGISTRY_HTTP_ADDR: `0.0.0.0:${port}`,
      CONTAINERS_REGISTRIES_CONF: join(team, "no-such-file"),
      SSL_CERT_FILE: join(team, "no-such-file"),
      KUBECONFIG: join(team, "kubeconfig"),
    };
  });
  after(() => {
    for (const each of [folder, team]) rmSync(each, { recursive: true, force: true });
  });

  const written = () =>
    ["state/.pulumi", "home", "docker", "auth.json", "kubeconfig"].filter((name) =>
      existsSync(join(team, name)),
    );

  it("obeys none of it and writes to none of it, the second time either", async () => {
    const first = await runLocalOnce(place, { env });
    assert.equal(first.code, 0, first.stderr);
    assert.deepEqual(first.report().changes, { create: 5, update: 0, delete: 0, same: 0 });
    const second = await runLocalOnce(place, { env });
    assert.equal(second.code, 0, second.stderr);
    assert.deepEqual(second.report().changes, { create: 0, update: 0, delete: 0, same: 5 });
    assert.deepEqual(written(), []);
    assert.ok(existsSync(join(folder, "state/.pulumi/stacks/zot-fleet/distribution.json")));
  });

  it("listens on the loopback alone, and is looked at from the same shell", async () => {
    const { child, result } = startLocal(place, { env });
    try {
      await shown(child.stdout, "until you press Ctrl-C");
      const listening = readFileSync("/proc/net/tcp", "utf8")
        .split("\n")
        .flatMap((line) => /^ *\d+: ([0-9A-F]{8}):([0-9A-F]{4}) \S+ 0A /.exec(line) ?? [])
        .filter((_, index, all) => parseInt(all[index + 1] ?? "", 16) === port);
      assert.deepEqual(listening, ["0100007F"]);
      const fleet = (...args: string[]) => {
        const all = ["--import", "tsx", join(checkout, "src/cli/main.ts"), ...args];
        return promisify(execFile)(process.execPath, all, { cwd: checkout, env });
      };
      const at = ["--local", "--folder", folder];
      assert.match((await fleet("verify", ...at)).stdout, /ZF201/);
      assert.match((await fleet("status", ...at)).stdout, /fine/);
      const { stdout: healthy } = await fleet("doctor", ...at);
      assert.match(healthy, /fine/);
      assert.doesNotMatch(healthy, /\bpods?\b/);
    } finally {
      child.kill("SIGINT");
      await result;
    }
    const shownPassword = await runLocalOnce([...place, "--show-password"], { env });
    assert.match(shownPassword.stdout, /^\S{20,}\n$/);
    assert.deepEqual(written(), []);
  });
});
