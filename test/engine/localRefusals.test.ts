import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../support/freePort";
import { runLocalOnce, shown, startLocal, type LocalResult } from "../support/localRun";
import { eachLocalRegistry } from "../support/localSuite";
import { skipWithout } from "../support/skip";

/** Nothing was started: said in one line, and nothing on standard output. */
function assertRefused({ code, stdout, stderr }: LocalResult, why: RegExp, wanted = 2): void {
  assert.equal(code, wanted, stderr);
  assert.equal(stdout, "");
  assert.match(stderr, why);
  assert.doesNotMatch(stderr, /^ +at /m);
  assert.doesNotMatch(stderr, /a defect of/);
}

eachLocalRegistry("what is refused", ({ folder, state, run, place }) => {
  it("is a port that is taken, and nothing is changed", async () => {
    assert.equal((await run()).code, 0);
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const before = readFileSync(state, "utf8");
    const refused = await run(["--port", String(port)]);
    server.close();
    const why = `port ${port} cannot be used: something else listens on it.*--port`;
    assertRefused(refused, new RegExp(why));
    assert.equal(readFileSync(state, "utf8"), before);
  });

  it("is a second run beside the first, which goes on", async () => {
    const one = startLocal(place());
    while (!existsSync(join(folder, "lock.json"))) await sleep(50);
    assertRefused(await run(), /process \d+ is already at work in/);
    await shown(one.child.stdout, "until you press Ctrl-C");
    one.child.kill("SIGINT");
    const { code } = await one.result;
    assert.equal(code, 0);
  });
});

describe("npm run local, on a machine that lacks something", function () {
  this.timeout(600_000);
  const folder = mkdtempSync(join(tmpdir(), "local-"));
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** A PATH whose first tool of this name is this script. */
  const withTool = (name: string, script: string) => {
    const tools = mkdtempSync(join(folder, "tools-"));
    writeFileSync(join(tools, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    return { ...process.env, PATH: [tools, process.env["PATH"] ?? ""].join(delimiter) };
  };

  const cases: [name: string, args: string[], tool: [string, string] | undefined, why: RegExp][] = [
    ["a folder", ["--folder", "FILE/below"], undefined, /cannot be written: ENOTDIR.* --folder$/m],
    [
      "a release of Zot",
      ["--registry", "zot"],
      ["zot", "echo dev"],
      /names no release of Zot: "dev\\n"/,
    ],
    ["a Zot that runs", ["--registry", "zot"], ["zot", "exit 3"], /zot --version failed/],
    [
      "a Pulumi that runs",
      ["--registry", "zot"],
      ["pulumi", "echo broken >&2; exit 3"],
      /pulumi on PATH cannot be used: broken/,
    ],
    [
      "an archive",
      ["--seed", "FILE=team/app:1"],
      undefined,
      /a-file: found .*; wanted a docker-archive/,
    ],
    ["a repository", ["--seed", "FILE=Team/App:1"], undefined, /--seed .*: "Team\/App.*lower-case/],
    ["a password", ["--admin-password-stdin"], undefined, /the admin password on standard input: /],
  ];
  for (const [name, args, tool, why] of cases) {
    it(`names ${name} in one sentence`, async function () {
      skipWithout("skopeo", this);
      if (tool?.[0] === "pulumi") skipWithout("zot", this);
      const file = join(folder, "a-file");
      writeFileSync(file, "");
      const given = args.map((arg) => arg.replace("FILE", file));
      const here = ["--folder", join(folder, "local"), "--port", String(await freePort())];
      const env = tool === undefined ? process.env : withTool(...tool);
      // A tool that is no good is nothing that the call can mend.
      assertRefused(
        await runLocalOnce([...here, ...given], { env }),
        why,
        tool === undefined ? 2 : 3,
      );
    });
  }
});
