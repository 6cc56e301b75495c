import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { needsCluster, removeNamespaces, type TestCluster } from "../support/clusterProject";
import { verificationsOf } from "../support/stateOf";
import { isSkipped } from "../support/skip";

const { version: typescript } = JSON.parse(
  readFileSync(join(resolve(__dirname, "../.."), "node_modules/typescript/package.json"), "utf8"),
) as { version: string };

const run = promisify(execFile);
const checkout = resolve(__dirname, "../..");
const password = "a password of the package's test";
const registries = ["ottawa", "accra"];
const namespaceOf = (name: string) => `zot-fleet-package-${name}`;
const namespaces = registries.flatMap((name) => [namespaceOf(name), `${namespaceOf(name)}-apps`]);

/** Lines of examples/program.ts that are others here: its two clusters are one, nobody serves their Gateways, and the chart lies in a folder. */
const replaced = ({ context, chart }: { context: string; chart: string }) => [
  ["context: name", `context: ${JSON.stringify(context)}`],
  ['gateways: ["private"]', "gateways: []"],
  [
    'pullSecrets: [{ namespace: "openclaw" }]',
    `registry: { namespace: "zot-fleet-package-" + name, storage: { size: "1Gi" } },
    chart: { source: ${JSON.stringify(chart)} },
    pullSecrets: [{ namespace: "zot-fleet-package-" + name + "-apps" }]`,
  ],
];

/** The program of examples/, somebody else's, that has the package and no checkout. */
function program(place: { context: string; chart: string }): string {
  let text = readFileSync(join(checkout, "examples/program.ts"), "utf8");
  for (const [line = "", by = ""] of replaced(place)) {
    assert.equal(text.split(line).length, 2, line);
    text = text.replace(line, by);
  }
  return `${text}export const namespaces = registries.map(({ namespace }) => namespace);\n`;
}

describe("the package, in a program of somebody else's", function () {
  this.timeout(600_000);
  let cluster: TestCluster;
  let folder: string;
  let environment: NodeJS.ProcessEnv;

  const pulumi = (...args: string[]) =>
    run("pulumi", [...args, "--non-interactive"], {
      cwd: folder,
      env: environment,
      maxBuffer: 64 << 20,
    }).catch((error: unknown) => {
      const { stdout, stderr } = error as { stdout: string; stderr: string };
      throw new Error(stdout + stderr);
    });

  before(async function () {
    cluster = await needsCluster(this, "0.1.122");
    await removeNamespaces(cluster, ...namespaces);
    folder = mkdtempSync(join(tmpdir(), "zot-fleet-package-"));
    mkdirSync(join(folder, "state"));
    const backend = { url: `file://${join(folder, "state")}` };
    writeFileSync(
      join(folder, "Pulumi.yaml"),
      JSON.stringify({ name: "elsewhere", runtime: "nodejs", main: "index.ts", backend }),
    );
    writeFileSync(
      join(folder, "package.json"),
      JSON.stringify({ name: "elsewhere", private: true }),
    );
    const chart = cluster.chart("0.1.122");
    writeFileSync(join(folder, "index.ts"), program({ context: cluster.context, chart }));
    environment = {
      ...process.env,
      PULUMI_HOME: join(folder, "home"),
      PULUMI_CONFIG_PASSPHRASE: "test",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    };
    await run("npm", ["pack", "--pack-destination", folder], { cwd: checkout });
    const packages = [join(folder, "zot-fleet-0.1.0.tgz"), `typescript@${typescript}`];
    await run("npm", ["install", "--no-audit", "--no-fund", ...packages], { cwd: folder });
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ files: ["index.ts"] }));
    await pulumi("stack", "init", "elsewhere");
    await pulumi("config", "set", "--secret", "adminPassword", password);
  });

  after(async function () {
    if (isSkipped(this)) return;
    await pulumi("destroy", "--yes", "--skip-preview");
    await removeNamespaces(cluster, ...namespaces);
    rmSync(folder, { recursive: true });
  });

  it("has types that pass the strictest check, and are found with the settings of Pulumi's template", async () => {
    const compile = (...options: string[]) =>
      run("npx", ["tsc", "--noEmit", "--strict", ...options], { cwd: folder }).catch(
        (error: unknown) => assert.fail((error as { stdout: string }).stdout),
      );
    await compile("--target", "es2022", "--module", "nodenext", "--skipLibCheck", "false");
    // Without esModuleInterop, which the template does not set, zod's own declarations do not pass.
    const template = ["--target", "es2020", "--module", "commonjs", "--moduleResolution", "node"];
    await compile(...template, "--skipLibCheck");
  });

  it("deploys and verifies two registries, dynamic providers and all, and previews nothing afterwards", async () => {
    await pulumi("up", "--yes", "--skip-preview");
    const { stdout: state } = await pulumi("stack", "export");
    const verified = verificationsOf(state);
    assert.equal(verified.length, 2);
    for (const results of verified) {
      assert.ok(results.some(({ code, status }) => code === "ZF203" && status === "passed"));
      assert.deepEqual(
        results.filter(({ status }) => status === "failed"),
        [],
      );
    }
    const { stdout } = await pulumi("stack", "output", "--json");
    assert.deepEqual(JSON.parse(stdout), {
      urls: registries.map((name) => `https://oci.${name}.killinit.cc`),
      namespaces: registries.map(namespaceOf),
    });
    assert.ok(!state.includes(password), "the password stands in the state in the clear");
    await pulumi("preview", "--expect-no-changes");
  });

  it("keeps no more in its state than the providers' names: none of the package's code, and no path", async () => {
    const { stdout: state } = await pulumi("stack", "export");
    const { deployment } = JSON.parse(state) as {
      deployment: { resources: { inputs?: { __provider?: string } }[] };
    };
    const providers = deployment.resources.flatMap(({ inputs }) => inputs?.__provider ?? []);
    assert.ok(providers.length >= 6);
    for (const provider of providers) {
      assert.ok(provider.length < 2048);
      assert.ok(!provider.includes(folder) && !provider.includes(checkout));
    }
  });
});
