import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import { join, resolve } from "node:path";
import { commands } from "../../src/cli/commands";
import { sha256 } from "../../src/images/digest";
import { mediaTypes } from "../../src/images/mediaTypes";
import { useScratch } from "../images/scratch";
import { samplesFolder } from "../reports/preview/samples";
import { useFakes } from "../support/fakeRegistry";
import { FleetProject } from "../support/fleetProject";
import { skipWithout } from "../support/skip";
import { writeKubeconfig } from "../support/standIn/wayIn";
import { fleet } from "./fleet";

const password = "a password that nobody may see";
const basic = `Basic ${Buffer.from(`ada:${password}`).toString("base64")}`;
const nobody = "http://127.0.0.1:1";

const config = Buffer.from(JSON.stringify({ os: "linux", architecture: "amd64" }));
const manifest = Buffer.from(
  JSON.stringify({
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    config: { mediaType: mediaTypes.ociConfig, digest: sha256(config), size: config.length },
    layers: [],
  }),
);

/** Knows ada, holds team/app:v1, and echoes what it was sent where it says no. */
const registry: RequestListener = (request, response) => {
  response.setHeader("docker-distribution-api-version", "registry/2.0");
  const { authorization } = request.headers;
  const { url = "" } = request;
  const answers: Record<string, [string, string | Buffer]> = {
    "/v2/": ["application/json", "{}"],
    "/v2/_catalog?n=1000": ["application/json", '{"repositories":["team/app"]}'],
    "/v2/team/app/tags/list?n=1000": ["application/json", '{"name":"team/app","tags":["v1"]}'],
    "/v2/team/app/manifests/v1": [mediaTypes.ociManifest, manifest],
    [`/v2/team/app/blobs/${sha256(config)}`]: ["application/octet-stream", config],
  };
  const [type, body] = answers[url] ?? [];
  if (authorization !== basic)
    response.writeHead(401, { "www-authenticate": 'Basic realm="test"' }).end(authorization);
  else if (type === undefined)
    response.writeHead(404).end(`{"errors":[{"message":"${password}"}]}`);
  else {
    const length = Buffer.byteLength(body ?? "");
    const digest = sha256(Buffer.from(body ?? ""));
    const headers = { "content-type": type, "content-length": length };
    response.writeHead(200, { ...headers, "docker-content-digest": digest });
    response.end(request.method === "HEAD" ? undefined : body);
  }
};

describe("every command", function () {
  this.timeout(120_000);
  const fakes = useFakes();
  const scratch = useScratch();

  for (const command of commands()) {
    const name = command.name();

    it(`${name} --help says what it ends with, and teaches by example`, async () => {
      const { code, stdout } = await fleet([name, "--help"]);
      assert.equal(code, 0);
      assert.match(stdout, /Exit\s+codes:\s+0\s+fine,[^.]*\s2\s/);
      const [, after = ""] = stdout.split("\nExamples:\n");
      const examples = after
        .split("\n")
        .filter((line) => line.startsWith("  ") && line.includes(name));
      assert.ok(examples.length >= 2, stdout);
    });

    it(`${name} tells what it saw as JSON and Markdown as well, or makes files in a format of their own`, () => {
      const output = command.options.find(({ long }) => long === "--output");
      const report = command.options.some(({ long }) => long === "--report");
      if (["init", "preview-report"].includes(name)) assert.equal(output, undefined);
      else if (name === "mirrors") assert.ok(output?.argChoices?.includes("k3s"));
      else
        for (const format of ["table", "json", "markdown"])
          assert.ok(output?.argChoices?.includes(format), format);
      assert.equal(report, !["init", "mirrors"].includes(name));
    });

    it(`${name} names stacks, formats and times as every other command does`, () => {
      const flagOf = (wanted: string) => command.options.find(({ long }) => long === wanted)?.flags;
      for (const [long, flags] of [
        ["--stack", "-s, --stack <name>"],
        ["--output", "-o, --output <format>"],
      ] as const)
        assert.equal(flagOf(long) ?? flags, flags);
      const named = [...command.options.map(({ flags }) => flags), command.usage()];
      for (const words of named) assert.doesNotMatch(words, /<(seconds|stacks?)>|\[stacks?/);
    });
  }

  describe("ends with 0 where all is fine, 1 where something is wrong, 2 for a wrong call, 3 where nothing was reached", () => {
    const sample = (name: string) => join(samplesFolder, `${name}.json`);
    const asAda = ["--username", "ada", "--password-stdin"];
    /** HERE is the registry's address, HOST it without the scheme. */
    const here = ["--url", "HERE", ...asAda];
    const there = ["--url", nobody, ...asAda];
    const unseen = ["--domain", "lima.test", "--gateway", "none", "--dry-run", "--yes"];
    const cases: [number, string[], "project" | "stale"][] = [
      [0, ["verify", ...here, "--only", "ZF102,ZF203", "-o", "json"], "project"],
      [1, ["verify", ...here, "--image", "team/app:gone"], "project"],
      [2, ["verify", ...here, "--only", "latest"], "project"],
      [2, ["verify", ...here, "--wait", "soon"], "project"],
      [2, ["verify", ...here, "--role", "owner"], "project"],
      [3, ["verify", ...there, "--only", "ZF101"], "project"],
      [2, ["verify", "--stack", "nowhere"], "project"],
      [0, ["doctor", ...here, "-o", "json"], "project"],
      [1, ["doctor", "HOST/team/app:v2", ...here], "project"],
      [1, ["doctor", ...there, "-o", "markdown"], "project"],
      [2, ["doctor"], "project"],
      [0, ["inspect", "team/app:v1", ...here, "-o", "json"], "project"],
      [1, ["inspect", "team/app:gone", ...here], "project"],
      [2, ["inspect", "team/App:v1", ...here], "project"],
      [3, ["inspect", "team/app:v1", ...there], "project"],
      [0, ["explain", "ZF303", "-o", "json"], "project"],
      [2, ["explain", "ZF999"], "project"],
      // Where the cluster does not answer, it says what it could not compare.
      [0, ["init", "lima", "--context", "away", ...unseen], "project"],
      [2, ["init", "lima", "--context", "lima", "--domain", "lima.test", "--yes"], "project"],
      // 0 and 1 need Pulumi's engine: test/engine/local*.test.ts.
      [2, ["local", "--port", "65536"], "project"],
      [2, ["local", "--registry", "nexus"], "project"],
      [2, ["local", "--show-password"], "project"],
      [2, ["local", "--seed", "app.tar", "--folder", __filename], "project"],
      [0, ["lock", "--check", "-o", "json"], "project"],
      [1, ["lock", "--check", "-o", "json"], "stale"],
      [2, ["lock", "--maybe"], "project"],
      [0, ["mirrors", "--stack", "accra", "-o", "k3s"], "project"],
      [2, ["mirrors", "--stack", "nowhere"], "project"],
      [0, ["preview-report", sample("rotation")], "project"],
      [1, ["preview-report", sample("refused")], "project"],
      [2, ["preview-report", __filename], "project"],
      // 0 and 1 need registries in which all is fine but for one thing: test/contract/status.test.ts.
      [3, ["status", "-o", "json"], "project"],
      [2, ["status", "--timeout", "0s"], "project"],
    ];
    const projects = new Map<string, FleetProject>();
    let away = "";

    before(() => {
      const project = new FleetProject(scratch("project"));
      const cluster = { name: "accra", context: "accra", domain: "accra.test" };
      project.file("accra", { cluster, upstreams: ["docker.io"] });
      projects.set("project", project);
      const stale = new FleetProject(scratch("stale"));
      const digest = sha256(config);
      const entry = { platform: "linux/amd64", tags: ["v1"], imageId: digest, config: digest };
      stale.lock({ version: 1, seeds: { "team/gone": { "images/gone.tar": entry } } });
      projects.set("stale", stale);
      away = scratch("kubeconfig");
      writeKubeconfig(away, "away", nobody);
    });

    for (const [wanted, args, where] of cases) {
      const name = args.map((arg) => arg.split("/").at(-1)).join(" ");
      it(`${wanted}: ${name}, and shows no password`, async () => {
        const { url } = await fakes.server(registry);
        const report = scratch("registry-check.md");
        writeFileSync(report, "");
        const project = projects.get(where);
        const reports = wanted === 0 && !["init", "mirrors"].includes(args[0] ?? "");
        const given = args
          .concat(reports ? ["--report", report] : [])
          .map((arg) => arg.replace("HERE", url).replace("HOST", new URL(url).host));
        const { code, stdout, stderr } = await fleet(given, {
          input: args.includes("--password-stdin") ? `${password}\n` : "",
          ...(project && {
            cwd: project.folder,
            env: { ...project.environment, KUBECONFIG: away },
          }),
        });
        const written = readFileSync(report, "utf8");
        const told = `${stdout}${stderr}${written}`;
        assert.equal(code, wanted, told);
        assert.doesNotMatch(told, /nobody may see/);
        assert.ok(!told.includes(basic.slice("Basic ".length)), told);
        assert.doesNotMatch(told, /\u001B/, "a colour, and no terminal");
        assert.doesNotMatch(stderr, /\n {4}at /, "a trace of the program");
        if (args.includes("json")) assert.ok(JSON.parse(stdout));
        if (reports) assert.match(written, /#/);
        else assert.equal(written, "");
        // What could not be looked at is said, not silent.
        if (wanted >= 2) assert.ok(told.trim().length > 10);
      });
    }
  });

  it("init writes a stack file once, and never over one that is there", async () => {
    const project = new FleetProject(scratch("new"));
    const kubeconfig = scratch("its-kubeconfig");
    writeKubeconfig(kubeconfig, "lima", nobody);
    const args = ["init", "lima", "--domain", "lima.test", "--gateway", "none", "--yes"];
    const within = {
      cwd: project.folder,
      env: { ...project.environment, KUBECONFIG: kubeconfig },
    };
    const { code, stdout, stderr } = await fleet(args, within);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /^Gateways cannot be listed: /m);
    const file = join(project.folder, "stacks", "Pulumi.lima.yaml");
    const written = readFileSync(file, "utf8");
    assert.ok(stdout.startsWith(written), stdout);
    assert.match(stdout, /pulumi up --stack lima/);
    const again = await fleet(
      [...args.slice(0, 2), "--domain", "other.test", ...args.slice(4)],
      within,
    );
    assert.equal(again.code, 2);
    assert.match(again.stderr, /stacks\/Pulumi\.lima\.yaml is there already/);
    assert.equal(readFileSync(file, "utf8"), written);
  });

  it("has colours on a terminal, and none where NO_COLOR says so", async function () {
    skipWithout("script", this);
    const { url } = await fakes.server(registry);
    const args = ["verify", "--url", url, "--only", "ZF102", "--image", "team/app:v1"];
    assert.match(await onTerminal(args), /\u001B\[32m√ passed/);
    assert.doesNotMatch(await onTerminal(args, { NO_COLOR: "1" }), /\u001B\[3/);
    assert.doesNotMatch(await onTerminal(args, { TERM: "dumb" }), /\u001B\[3/);
  });
});

/** What a command writes to a terminal (util-linux's `script` is one). */
function onTerminal(args: readonly string[], env: Record<string, string> = {}): Promise<string> {
  const main = resolve(__dirname, "../../src/cli/main.ts");
  const command = [process.execPath, "--import", "tsx", main, ...args].join(" ");
  const { NO_COLOR: _, ...usual } = process.env;
  const child = spawn("script", ["-qec", command, "/dev/null"], {
    env: { ...usual, TERM: "xterm", ...env },
    stdio: ["ignore", "pipe", "ignore"],
  });
  let told = "";
  child.stdout.on("data", (chunk: Buffer) => (told += chunk.toString()));
  return new Promise((done) =>
    child.once("close", () => {
      done(told);
    }),
  );
}
