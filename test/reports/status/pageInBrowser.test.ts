import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { fleetFormats } from "../../../src/reports/status/render/formats";
import { useScratch } from "../../images/scratch";
import { Chromium } from "../../support/chromium";
import { isSkipped, skipBecause, skipWithout } from "../../support/skip";
import { eight } from "./eight";

const headings = `[...document.querySelectorAll("#stacks + div thead th")]`;
const stacks = `[...document.querySelectorAll("#stacks + div tbody th bdi")].map((each) => each.textContent)`;

describe("the page of a fleet, in a browser", function () {
  this.timeout(120_000);
  const scratch = useScratch();
  let chromium: Chromium;

  before(async function () {
    chromium = new Chromium(skipWithout("chromium", this));
    await chromium.begin();
    writeFileSync(scratch("fleet.html"), fleetFormats.html(eight));
  });
  after(async function () {
    if (!isSkipped(this)) await chromium.stop();
  });

  const open = async (width = 1280, scheme = "light") => {
    const size = { width, height: 900, deviceScaleFactor: 1, mobile: width < 600 };
    await chromium.send("Emulation.setDeviceMetricsOverride", size);
    const features = [{ name: "prefers-color-scheme", value: scheme }];
    await chromium.send("Emulation.setEmulatedMedia", { features });
    await chromium.open(scratch("fleet.html"));
  };

  it("asks for nothing but itself, and breaks no rule of its policy", async () => {
    await open();
    const asked = chromium.events.filter(({ method }) => method === "Network.requestWillBeSent");
    assert.equal(asked.length, 1);
    const complaints = chromium.events.filter(({ method = "" }) =>
      ["Log.entryAdded", "Runtime.exceptionThrown"].includes(method),
    );
    assert.deepEqual(complaints, []);
    const color = await chromium.evaluate(`getComputedStyle(document.body).backgroundColor`);
    assert.equal(color, "rgb(255, 255, 255)", "its style is let in");
  });

  it("is sorted by keyboard, and says so", async () => {
    await open();
    const focused = `document.activeElement.closest("th")?.textContent ?? ""`;
    for (let press = 0; (await chromium.evaluate(focused)) !== "Result"; press++) {
      assert.ok(press < 30, "Tab leads to no button in the heading");
      await chromium.press("Tab");
    }
    const sorts = `${headings}.map((each) => each.getAttribute("aria-sort"))`;
    await chromium.press("Enter");
    assert.deepEqual((await chromium.evaluate<string[]>(stacks)).slice(0, 3), [
      "lima",
      "lisbon",
      "accra",
    ]);
    assert.equal((await chromium.evaluate<string[]>(sorts))[1], "ascending");
    assert.equal(
      await chromium.evaluate(`document.querySelector("[role=status]").textContent`),
      "Sorted by Result, ascending",
    );
    await chromium.press("Enter");
    assert.deepEqual(await chromium.evaluate(sorts), [
      null,
      "descending",
      ...Array.from({ length: 7 }, () => null),
    ]);
    assert.equal((await chromium.evaluate<string[]>(stacks)).at(-1), "lima");
    assert.equal(await chromium.evaluate(focused), "Result", "the focus stays");
  });

  it("sorts numbers as numbers, and what is not known last, either way", async () => {
    await open();
    const press = `${headings}.find((each) => each.textContent === "Storage").querySelector("button").click()`;
    const ascending = ["accra", "fez", "hanoi", "nairobi", "ottawa", "toronto", "lima", "lisbon"];
    assert.deepEqual(await chromium.evaluate(`${press}, ${stacks}`), ascending);
    assert.deepEqual(await chromium.evaluate(`${press}, ${stacks}`), [
      ...ascending.slice(0, 6).reverse(),
      ...ascending.slice(6),
    ]);
  });

  it("is read without script, and has no button then", async () => {
    await chromium.send("Emulation.setScriptExecutionDisabled", { value: true });
    try {
      await open();
      const { root } = await chromium.send("DOM.getDocument", { depth: -1 });
      const text = JSON.stringify(root);
      assert.doesNotMatch(text, /"BUTTON"/);
      for (const words of ["lisbon", "2.1.17 runs, 2.1.18 was declared", "behind lock"])
        assert.ok(text.includes(words), words);
    } finally {
      await chromium.send("Emulation.setScriptExecutionDisabled", { value: false });
    }
  });

  for (const width of [320, 390, 1280])
    it(`fits into ${width} pixels: tables alone scroll sideways`, async () => {
      await open(width);
      const wide = await chromium.evaluate<number>("document.documentElement.scrollWidth");
      assert.ok(wide <= width, `${wide}`);
    });

  for (const scheme of ["light", "dark"])
    for (const width of [390, 1280])
      it(`has no violation by axe, ${scheme}, ${width} pixels wide`, async function () {
        const axe = process.env["ZOT_FLEET_AXE"];
        if (axe === undefined) skipBecause("ZOT_FLEET_AXE names no axe.min.js", this);
        await open(width, scheme);
        await chromium.evaluate(`${readFileSync(axe, "utf8")}; undefined`);
        const found = await chromium.evaluate<{ passes: number; violations: unknown[] }>(
          `axe.run().then(({ passes, violations }) => ({ passes: passes.length, violations }))`,
        );
        assert.ok(found.passes > 15, `${found.passes} rules looked at`);
        assert.deepEqual(found.violations, []);
      });
});
