import assert from "node:assert/strict";
import { allNeeds, needsOf } from "../../../src/doctor/needs/allNeeds";
import { needsFormats } from "../../../src/doctor/needs/render";
import { neededRights, rules } from "../../../src/doctor/needs/rights";
import { broken, ready } from "./situations";

const told = (text: string) => JSON.parse(text) as { findings: { code: string; hint: string }[] };

describe("what a deployment needs", () => {
  it("is there where nothing is missing, and every need is told", () => {
    const lines = needsOf(ready);
    assert.deepEqual(
      lines.filter(({ state }) => state !== "fine"),
      [],
    );
    assert.deepEqual(
      new Set(lines.map(({ code }) => code)),
      new Set(allNeeds.map(({ code }) => code)),
    );
  });

  for (const [code, situation, detail, fix] of broken)
    it(`${code} is missing, with its fix: ${detail.source}`, () => {
      const missing = needsOf(situation).filter(({ state }) => state === "missing");
      assert.deepEqual([...new Set(missing.map((each) => each.code))], [code]);
      const [line] = missing;
      assert.match(line?.detail ?? "", detail);
      assert.match(`${line?.hint ?? ""} ${line?.command ?? ""}`, fix);
    });

  it("has a broken situation for every need", () => {
    const tried = new Set(broken.map(([code]) => code));
    assert.deepEqual(
      allNeeds.map(({ code }) => code).filter((code) => !tried.has(code)),
      [],
    );
  });

  it("is not fine where nobody could look", () => {
    const why = { unseen: "nobody could" };
    const blind = needsOf({
      ...ready,
      config: { problem: "no file" },
      seeds: why,
      chart: why,
      api: why,
      cluster: why,
      host: why,
      handshake: why,
    });
    const states = new Map(blind.map(({ code, state }) => [code, state]));
    for (const code of ["ZD507", "ZD508", "ZD510", "ZD511", "ZD512", "ZD515", "ZD517", "ZD519"])
      assert.equal(states.get(code), "unseen", code);
  });

  it("is asked of the account as far as the stack uses it", () => {
    const { declared } = ready.config;
    assert.ok(declared);
    const { preview, up } = neededRights(declared);
    const has = (resource: string) => up.some((each) => each.resource === resource);
    assert.deepEqual(
      ["statefulsets", "deployments", "networkpolicies", "httproutes", "pods/portforward"].map(has),
      [true, false, false, true, false],
    );
    // What a preview uses an `up` uses as well.
    const name = (each: object) => JSON.stringify(each);
    const all = new Set(up.map(name));
    assert.deepEqual(
      preview.filter((each) => !all.has(name(each))),
      [],
    );
    assert.ok(Object.values(rules).flat().length > 0 && preview.length > 0);
  });

  it("is told as a table, as Markdown, and as a diagnosis", () => {
    const [, situation] = broken.find(([code]) => code === "ZD504") ?? [];
    assert.ok(situation);
    const needs = { stack: "ottawa", needs: needsOf(situation) };
    assert.match(
      needsFormats.table(needs),
      /× missing {2}ZD504 {2}stack: .*\n +→ .*\n +\$ pulumi stack init ottawa\n/,
    );
    assert.match(
      needsFormats.markdown(needs),
      /- \*\*missing\*\* ZD504 stack: .*\n {2}- .*\n {2}- `pulumi/,
    );
    assert.deepEqual(
      told(needsFormats.json(needs)).findings.map(({ code }) => code),
      ["ZD504"],
    );
  });
});
