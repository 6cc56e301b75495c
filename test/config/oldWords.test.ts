import assert from "node:assert/strict";
import { ConfigError } from "../../src/config/problem";
import { readStackConfig } from "../../src/config/readStackConfig";
import { oldFlags, oldKeys, untilVersion } from "../../src/config/oldWords";
import { parseStackConfig, stackSchema } from "../../src/config/stack";
import { schemaAt } from "../../src/config/schemaTree";
import { version } from "../../src/system/version";
import { readYaml } from "../support/yaml";
import { problemsOf } from "./told";
import { right } from "./wrongStacks";

const key = { name: "builds", account: "ci", deliver: [{ to: "file", path: ".key" }] };

/** What is written, what says the same today, where it stands and the line of the warning. */
const cases: [old: object, now: object, path: string, line: string][] = [
  [
    { rotation: 3, keepPrevious: false },
    { rotation: { current: 3, keep: [] } },
    "keepPrevious: false",
    "zot-fleet:rotation: { current: 3, keep: [] }",
  ],
  [
    { keepPrevious: false },
    { rotation: { current: 1, keep: [] } },
    "keepPrevious: false",
    "zot-fleet:rotation: { current: 1, keep: [] }",
  ],
  [
    { rotation: 3, keepPrevious: true },
    { rotation: 3 },
    "keepPrevious: true",
    "nothing: it is the default",
  ],
  [
    { apiKeys: [{ ...key, expiresAfterDays: 30 }] },
    { apiKeys: [{ ...key, expiresAfter: "30d" }] },
    "apiKeys[0].expiresAfterDays: the number 30",
    "expiresAfter: 30d",
  ],
  [
    {
      apiKeys: [
        key,
        { ...key, name: "b", renewBeforeDays: 7, deliver: [{ to: "file", path: "b" }] },
      ],
    },
    {
      apiKeys: [
        key,
        { ...key, name: "b", renewBefore: "7d", deliver: [{ to: "file", path: "b" }] },
      ],
    },
    "apiKeys[1].renewBeforeDays: the number 7",
    "renewBefore: 7d",
  ],
  [
    { registry: { startupMinutes: 30 } },
    { registry: { startupTimeout: "30m" } },
    "registry.startupMinutes: the number 30",
    "startupTimeout: 30m",
  ],
  [
    { checks: { certificateDays: 0 } },
    { checks: { certificateEndsWithin: "0d" } },
    "checks.certificateDays: the number 0",
    "certificateEndsWithin: 0d",
  ],
  [
    { checks: { clockSkewSeconds: 30 } },
    { checks: { clockSkew: "30s" } },
    "checks.clockSkewSeconds: the number 30",
    "clockSkew: 30s",
  ],
];

function read(raw: object, secret: string[] = []) {
  const warnings: string[] = [];
  const config = parseStackConfig({ ...right, ...raw }, secret, (each) => warnings.push(each));
  return { config, warnings };
}

describe("old words of the stack file", () => {
  for (const [old, now, path, line] of cases)
    it(`${JSON.stringify(old)} says what it said, with one warning that has the line to write`, () => {
      const { config, warnings } = read(old);
      assert.deepEqual(config, parseStackConfig({ ...right, ...now }));
      assert.deepEqual(warnings, [
        `zot-fleet:${path} is the old way to say it, which ends with zot-fleet ${untilVersion}. Write ${line}`,
      ]);
      if (!line.startsWith("nothing")) assert.ok(readYaml(line));
      assert.deepEqual(read(now).warnings, []);
    });

  it("are all tried here, are no keys any more, and end with a version to come", () => {
    for (const { path } of oldKeys) {
      const last = path.split(/[.[\]]+/).at(-1) ?? "";
      assert.ok(
        cases.some(([, , where]) => where.replace(/\[\d\]/, "[]").startsWith(`${path}:`)),
        path,
      );
      const steps = path.replace("[]", ".0").split(".");
      assert.equal(schemaAt(stackSchema, steps), undefined, last);
    }
    assert.notEqual(version, untilVersion, "its time has come: remove the old words");
  });

  for (const [raw, path] of [
    [{ registry: { startupMinutes: "30" } }, "registry.startupMinutes"],
    [{ apiKeys: [{ ...key, expiresAfterDays: "30" }] }, "apiKeys[0].expiresAfterDays"],
    [{ registry: { startupMinutes: 0.5 } }, "registry.startupMinutes"],
    [{ registry: { startupMinutes: -5 } }, "registry.startupMinutes"],
    [{ registry: { startupMinutes: 5, startupTimeout: "5m" } }, "registry.startupMinutes"],
    [{ rotation: { current: 3 }, keepPrevious: false }, "keepPrevious"],
  ] as const)
    it(`${JSON.stringify(raw)} is refused, with what it is called now`, () => {
      assert.throws(
        () => read(raw),
        (error) => {
          assert.ok(error instanceof ConfigError);
          const [problem, ...others] = error.problems;
          assert.deepEqual(others, []);
          assert.deepEqual(
            [problem?.path, problem?.found],
            [`zot-fleet:${path}`, "an unknown key"],
          );
          assert.match(problem?.hint ?? "", /^by now it is (expiresAfter|startupTimeout|rotation)/);
          return true;
        },
      );
    });

  it("are looked for in objects alone", () => {
    assert.deepEqual(problemsOf({ checks: null, registry: "startupMinutes" }), [
      {
        path: "zot-fleet:registry",
        found: '"startupMinutes"',
        allowed:
          "an object with namespace, adopt, image, replicas, onePusherPerRepository, storage, redis, drain, resources, serviceAccountToken, networkPolicy and startupTimeout",
      },
      {
        path: "zot-fleet:checks",
        found: "null",
        allowed: "an object with extraContent, certificateEndsWithin and clockSkew",
      },
    ]);
  });

  it("show nothing of what the stack file encrypts", () => {
    const { warnings } = read({ registry: { startupMinutes: 47 } }, ["registry"]);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? "", /a secret value, which is not shown.*Write startupTimeout: …$/);
    assert.doesNotMatch(warnings.join(), /47/);
  });

  it("come from Pulumi as texts", () => {
    const warnings: string[] = [];
    const all = { "zot-fleet:cluster": JSON.stringify(right.cluster), "zot-fleet:rotation": "4" };
    const config = readStackConfig(
      { ...all, "zot-fleet:keepPrevious": "false" },
      undefined,
      (each) => warnings.push(each),
    );
    assert.deepEqual(config.rotation, { current: 4, keep: [] });
    assert.equal(warnings.length, 1);
  });
});

/** A command, a flag, or none of an argument, its value, and what is written in their place; undefined where it is right as it is. */
const flags: [command: string, flag: string, value: string, now: string[] | undefined][] = [
  ["verify", "--role", "pusher", ["--role", "ci"]],
  ["verify", "--role", "reader", ["--role", "puller"]],
  ["verify", "--role", "scraper", ["--role", "metrics"]],
  ["verify", "--role", "ci", undefined],
  ["verify", "--role", "admin", undefined],
  ["verify", "--role", "nobody", undefined],
  ["verify", "--wait", "60", ["--wait", "60s"]],
  ["verify", "--wait", "0", ["--wait", "0s"]],
  ["verify", "--wait", "2.0", ["--wait", "2.0s"]],
  ["verify", "--wait", "0.25", ["--wait", "250ms"]],
  ["verify", "--wait", "1.0004", ["--wait", "1000ms"]],
  ["verify", "--wait", "60s", undefined],
  ["verify", "--wait", "-60", undefined],
  ["verify", "--wait", ".5", undefined],
  ["verify", "--wait", "5.", undefined],
  ["status", "--timeout", "12", ["--timeout", "12s"]],
  ["status", "", "ottawa", ["--stack", "ottawa"]],
  ["lock", "", "ottawa", ["--stack", "ottawa"]],
  ["lock", "--keep-missing", "", []],
  ["mirrors", "-f", "k3s", ["--output", "k3s"]],
  ["mirrors", "--format", "k3s", ["--output", "k3s"]],
  ["mirrors", "--out", "nodes", ["--into", "nodes"]],
  ["local", "--json", "", ["--output", "json"]],
];

describe("old words of commands", () => {
  const of = (command: string, flag: string) =>
    oldFlags.find(
      (each) =>
        each.command === command &&
        (flag === "" ? each.names.length === 0 : each.names.includes(flag)),
    );

  for (const [command, flag, value, now] of flags)
    it(`${command} ${flag} ${value} is ${now?.join(" ") ?? "right as it is"}`, () => {
      const old = of(command, flag);
      assert.ok(old);
      assert.equal(old.alone === true, value === "", "whether a value follows");
      assert.deepEqual(old.instead(value), now);
    });

  it("are all tried here", () => {
    const tried = flags.map(([command, flag]) => of(command, flag));
    assert.deepEqual(
      oldFlags.filter((each) => !tried.includes(each)),
      [],
    );
  });
});
