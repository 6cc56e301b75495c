import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { RegistryClient } from "../../src/registry/client";
import type { SeedInputs } from "../../src/resources/seed";
import { findTool } from "../../src/system/tools";
import { BackingService } from "../support/backingService";
import { freePort } from "../support/freePort";
import { here, there, usePromotion } from "../support/promotion";
import { promotedInputs, pushRelease } from "../support/release";
import { create, update } from "../support/seeding";
import { skipWithout } from "../support/skip";
import { Toxiproxy } from "../support/toxiproxy";

const run = promisify(execFile);

describe("promotion through three zots, over a network that fails", function () {
  this.timeout(180_000);
  const zots = usePromotion();
  let network: Toxiproxy;
  let toronto: BackingService;
  let torontoUrl: string;
  let torontoFolder: string;
  let atToronto: RegistryClient;
  const endings: (() => Promise<unknown>)[] = [];

  before(async function () {
    skipWithout("zot", this);
    skipWithout("toxiproxy-server", this);
    network = await Toxiproxy.started();
    endings.push(() => network.stop());
    torontoFolder = mkdtempSync(join(tmpdir(), "zot-fleet-toronto-"));
    const [port, file] = [await freePort(), join(torontoFolder, "config.json")];
    writeFileSync(
      file,
      JSON.stringify({
        log: { level: "error" },
        storage: { rootDirectory: join(torontoFolder, "storage") },
        http: { address: "127.0.0.1", port: String(port) },
      }),
    );
    toronto = await BackingService.started({
      command: "zot",
      args: ["serve", file],
      folder: torontoFolder,
      port,
    });
    endings.push(() => toronto.remove());
    torontoUrl = `http://127.0.0.1:${port}`;
    atToronto = new RegistryClient({ url: torontoUrl });
    endings.push(() => atToronto.close());
  });
  after(async () => {
    for (const end of endings.reverse()) await end();
  });

  /** From ottawa, which has it under its own names. */
  const third = (url = torontoUrl, way = zots.ottawa.url): Promise<SeedInputs> =>
    promotedInputs(url, { name: "ottawa", address: { url: way } }, zots.atOttawa);

  const uploads = (): string[] => {
    const folder = join(torontoFolder, "storage", here, ".uploads");
    return existsSync(folder) ? readdirSync(folder) : [];
  };

  /** Waits until a blob comes into toronto's storage that was not coming `before`. */
  async function receiving(before: readonly string[]): Promise<void> {
    for (let tries = 0; !uploads().some((each) => !before.includes(each)); tries++) {
      assert.ok(tries < 500, "nothing comes");
      await sleep(20);
    }
  }

  const cut = /No tag was moved\.$/;

  it("has the same digests everywhere, by crane as well, with what refers to them", async () => {
    const pushed = await pushRelease(zots.atAccra, there, "1.4", { content: "three" });
    const first = await create(
      await promotedInputs(zots.ottawa.url, zots.source, zots.atAccra, "1.4"),
    );
    assert.equal(first.problem, undefined);
    await zots.assertSame(pushed);
    const { problem } = await create(await third());
    assert.equal(problem, undefined);
    await zots.assertSame(pushed, "1.4", atToronto);
    if (findTool("crane") === undefined) return;
    const { stdout } = await run("crane", ["digest", `${new URL(torontoUrl).host}/${here}:1.4`]);
    assert.equal(stdout.trim(), pushed.index);
  });

  for (const stream of ["downstream", "upstream"] as const)
    it(`moves no tag where the way to ${stream === "downstream" ? "its source" : "its registry"} is cut within a blob, and goes on when it is whole`, async () => {
      const pushed = await pushRelease(zots.atAccra, there, "1.4", {
        content: stream,
        layerBytes: 3_000_000,
      });
      const [source, destination] = [
        await network.wayTo(zots.accra.url),
        await network.wayTo(zots.ottawa.url),
      ];
      const inputs = await promotedInputs(
        destination.url,
        { ...zots.source, address: { url: source.url } },
        zots.atAccra,
      );
      const cutWay = stream === "downstream" ? source : destination;
      await cutWay.cutAfter(1_000_000, stream);
      const failed = await create(inputs);
      assert.match(failed.problem ?? "", cut);
      assert.equal(await zots.heldAt(zots.atOttawa, here, "1.4"), undefined);
      await cutWay.mend();
      const { problem } = await update(failed, inputs);
      assert.equal(problem, undefined);
      await zots.assertSame(pushed);
    });

  /** An image of four seconds on a slow way, at ottawa, and what brings it from there. */
  async function slowly(content: string) {
    const pushed = await pushRelease(zots.atAccra, there, "1.4", {
      content,
      layerBytes: 4_000_000,
    });
    const first = await create(await promotedInputs(zots.ottawa.url, zots.source, zots.atAccra));
    assert.equal(first.problem, undefined);
    const way = await network.wayTo(torontoUrl);
    await way.slowDown(1000, "upstream");
    return { pushed, way, inputs: await third(way.url) };
  }

  it("moves no tag where its registry is killed while it takes a blob, and goes on when that is back", async () => {
    const { pushed, way, inputs } = await slowly("killed");
    const before = await zots.heldAt(atToronto, here, "1.4");
    const left = uploads();
    const running = create(inputs);
    await receiving(left);
    await toronto.kill();
    const failed = await running;
    assert.notEqual(failed.problem, undefined);
    await way.mend();
    await toronto.start();
    assert.equal(await zots.heldAt(atToronto, here, "1.4"), before);
    const { problem } = await update(failed, inputs);
    assert.equal(problem, undefined);
    await zots.assertSame(pushed, "1.4", atToronto);
  });

  it("moves no tag where the deployment is killed with all that it runs, and the next one goes on", async () => {
    const { pushed, way, inputs } = await slowly("left");
    const before = await zots.heldAt(atToronto, here, "1.4");
    const left = uploads();
    const script = join(__dirname, "../support/seedChild.ts");
    const child = spawn(process.execPath, ["--import", "tsx", script], {
      detached: true,
      stdio: ["pipe", "ignore", "ignore"],
    });
    const ended = once(child, "exit");
    child.stdin.end(JSON.stringify(inputs));
    await receiving(left);
    process.kill(-(child.pid ?? 0), "SIGKILL");
    await ended;
    assert.equal(await zots.heldAt(atToronto, here, "1.4"), before);
    await way.mend();
    const { problem } = await create(inputs);
    assert.equal(problem, undefined);
    await zots.assertSame(pushed, "1.4", atToronto);
  });

  it("asks nothing of a source that is away while all is there, and says which is away when something is not", async () => {
    const pushed = await pushRelease(zots.atAccra, there, "1.4", { content: "away" });
    await create(await promotedInputs(zots.ottawa.url, zots.source, zots.atAccra));
    const outs = await create(await third());
    assert.equal(outs.problem, undefined);
    const away = await third(torontoUrl, "http://127.0.0.1:9");
    assert.equal((await update(outs, away)).problem, undefined);
    await atToronto.deleteManifest(here, pushed.sbom);
    const failed = await update(outs, away);
    assert.match(failed.problem ?? "", /the source ottawa is needed for sha256:\w+, which is not/);
    const { problem } = await update(failed, await third());
    assert.equal(problem, undefined);
    await zots.assertSame(pushed, "1.4", atToronto);
  });
});
