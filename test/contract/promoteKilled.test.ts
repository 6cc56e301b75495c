import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { request } from "node:http";
import { useFakes } from "../support/fakeRegistry";
import { here, there, usePromotion } from "../support/promotion";
import { promotedInputs, pushRelease } from "../support/release";
import { create, update } from "../support/seeding";

describe("promotion, cut off", function () {
  this.timeout(120_000);
  const fakes = useFakes();
  const zots = usePromotion();

  /** A way to a registry that gives half of one blob, and then nothing until it is told to. */
  async function halting(registry: string, blob: string) {
    let isHalting = true;
    let halt = (): void => undefined;
    const halted = new Promise<void>((resolve) => (halt = resolve));
    const { url } = await fakes.server((asked, answer) => {
      const { method, headers, url: path = "/" } = asked;
      const { host: _, ...kept } = headers;
      const onward = request(new URL(path, registry), { method, headers: kept });
      onward.on("response", (response) => {
        answer.writeHead(response.statusCode ?? 502, response.headers);
        if (isHalting && method === "GET" && path.endsWith(blob))
          response.once("data", (half: Buffer) => {
            response.pause();
            answer.write(half, halt);
          });
        else response.pipe(answer);
      });
      asked.pipe(onward);
    });
    const goOn = () => {
      isHalting = false;
    };
    return { url, halted, goOn };
  }

  it("moves no tag where skopeo is killed within a layer, and goes on with the next run", async () => {
    const pushed = await pushRelease(zots.atAccra, there, "1.4", {
      content: "killed",
      layerBytes: 4_000_000,
    });
    const way = await halting(zots.accra.url, pushed.layer);
    const through = { ...zots.source, address: { url: way.url } };
    const inputs = await promotedInputs(zots.ottawa.url, through, zots.atAccra);
    const running = create(inputs);
    await way.halted;
    const pids = skopeosOf(new URL(way.url).host);
    assert.equal(pids.length, 1, "skopeo is at work");
    const [line = ""] = pids.map((pid) => readFileSync(`/proc/${pid}/cmdline`, "utf8"));
    assert.doesNotMatch(line, /secret|reader-of-accra/);
    for (const pid of pids) process.kill(pid, "SIGKILL");
    const failed = await running;
    assert.match(failed.problem ?? "", /skopeo ended with SIGKILL\. No tag was moved\.$/);
    assert.equal(await zots.heldAt(zots.atOttawa, here, "1.4"), undefined);
    way.goOn();
    const { problem } = await update(failed, inputs);
    assert.equal(problem, undefined);
    await zots.assertSame(pushed);
  });
});

/** The processes of skopeo that read from a host. */
const skopeosOf = (host: string): number[] =>
  readdirSync("/proc")
    .filter((pid) => /^\d+$/.test(pid))
    .filter((pid) => {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, "utf8");
        return line.includes("skopeo") && line.includes(host);
      } catch {
        return false;
      }
    })
    .map(Number);
