import assert from "node:assert/strict";
import { allNeeds, needsOf } from "../../../src/doctor/needs/allNeeds";
import { needsFormats } from "../../../src/doctor/needs/render";
import { neededRights, rules } from "../../../src/doctor/needs/rights";
import type { Declared, Situation } from "../../../src/doctor/needs/situation";
import { parseStackConfig } from "../../../src/config/stack";
import { broken, ready, withRelease } from "./situations";

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
    const own = up.filter(({ namespace }) => namespace !== "team");
    const has = (resource: string) => own.some((each) => each.resource === resource);
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

  it("is asked of the account also where keys go, pull secrets are attached and workloads restart", () => {
    const { declared } = ready.config;
    assert.ok(declared);
    const uses = (of: Partial<Declared>) => {
      const { preview, up } = neededRights({ ...declared, seeds: [], ...of });
      const inOther = (rights: typeof up) =>
        rights
          .filter(({ namespace }) => namespace === "other")
          .map(({ group, resource, verb }) => `${verb} ${group}/${resource}`);
      return { preview: inOther(preview), up: inOther(up) };
    };
    const { apiKeys, pullSecrets, seeds } = parseStackConfig({
      cluster: declared.cluster,
      apiKeys: [
        {
          name: "build",
          account: "ci",
          deliver: [{ to: "kubernetes", namespace: "other", name: "key" }],
        },
      ],
      pullSecrets: [{ namespace: "other", attach: true }],
      seeds: (["Deployment", "StatefulSet", "DaemonSet"] as const).map((kind) => ({
        image: `team/${kind.toLowerCase()}`,
        tags: ["1"],
        archives: { "linux/amd64": "a.tar" },
        rollouts: [{ namespace: "other", kind, name: "app" }],
      })),
    });
    assert.deepEqual(uses({ apiKeys }), {
      preview: [],
      up: ["get /secrets", "create /secrets", "patch /secrets", "delete /secrets"],
    });
    const attached = uses({ pullSecrets });
    assert.deepEqual(
      attached.up.filter((each) => each.endsWith("/serviceaccounts")),
      ["get /serviceaccounts", "patch /serviceaccounts"],
    );
    assert.ok(attached.preview.includes("patch /serviceaccounts"));
    const alone = pullSecrets.map((each) => ({ ...each, attach: false }));
    assert.deepEqual(
      uses({ pullSecrets: alone }).up.filter((each) => !each.endsWith("/secrets")),
      [],
    );
    assert.deepEqual(uses({ seeds }), {
      preview: [],
      up: [
        ...["statefulsets", "deployments", "daemonsets"].flatMap((resource) => [
          `get apps/${resource}`,
          `patch apps/${resource}`,
        ]),
        "list /pods",
      ],
    });
    const twice = neededRights({ ...declared, pullSecrets: [...pullSecrets, ...pullSecrets] }).up;
    assert.equal(new Set(twice.map((each) => JSON.stringify(each))).size, twice.length);
  });

  it("is fine where the release that is there is the stack's, or may be taken over", () => {
    const release = (situation: Situation) =>
      needsOf(situation).filter(({ code }) => code === "ZD520");
    for (const situation of [withRelease({ adopt: true }), withRelease({ stack: "deployed" })])
      assert.deepEqual(
        release(situation).map(({ state }) => state),
        ["fine"],
      );
    assert.match(release(withRelease({ adopt: true }))[0]?.detail ?? "", /pulumi up takes it over/);
    const unknown = release(withRelease({ stack: { unknown: "no answer" } }));
    assert.deepEqual(
      unknown.map(({ state }) => state),
      ["unseen"],
    );
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
