import assert from "node:assert/strict";
import { parseStackConfig } from "../../src/config/stack";
import { problemsOf } from "./told";

const cluster = { name: "ottawa", context: "ottawa", domain: "killinit.cc" };
const parsed = (monitoring: unknown, more: object = {}) =>
  parseStackConfig({ cluster, monitoring, ...more });

describe("zot-fleet:monitoring", () => {
  it("is nothing where it is not there, and nothing is wanted where nothing is said", () => {
    assert.ok(!("monitoring" in parseStackConfig({ cluster })));
    const none = { serviceMonitor: false, rules: false, dashboard: false, labels: {} };
    assert.deepEqual(parsed({}).monitoring, none);
    assert.deepEqual(parsed({ serviceMonitor: true }).monitoring, {
      ...none,
      serviceMonitor: true,
    });
  });

  it("is refused beside a Zot that serves no metrics, with both keys", () => {
    const problems = problemsOf({
      monitoring: { serviceMonitor: true, rules: false, dashboard: true },
      zot: { metrics: false },
    });
    assert.deepEqual(problems, [
      {
        path: "zot-fleet:monitoring.serviceMonitor",
        found: "true, and false at zot-fleet:zot.metrics",
        allowed: "one of them: without metrics there is nothing to look at",
        hint: "leave out zot-fleet:zot.metrics",
      },
      {
        path: "zot-fleet:monitoring.dashboard",
        found: "true, and false at zot-fleet:zot.metrics",
        allowed: "one of them: without metrics there is nothing to look at",
        hint: "leave out zot-fleet:zot.metrics",
      },
    ]);
  });

  it("wants nothing beside a Zot that serves none", () => {
    assert.ok(parsed({}, { zot: { metrics: false } }).monitoring);
    assert.ok(parsed({ rules: true }, { zot: { metrics: true } }).monitoring);
  });

  it("takes labels as Kubernetes does", () => {
    const labels = { release: "kube-prometheus-stack", "team.x/part": "" };
    assert.deepEqual(parsed({ labels }).monitoring?.labels, labels);
    const label63 = "a".repeat(63);
    for (const name of ["a", "x.test/a", `${"a".repeat(253)}/b`, label63])
      assert.deepEqual(problemsOf({ monitoring: { labels: { [name]: label63 } } }), [], name);
    const told = (path: string, found: string, allowed: string) => ({
      path: `zot-fleet:monitoring.labels${path}`,
      found,
      allowed,
    });
    const names =
      "a label's name such as release, at most 63 letters, digits, dashes, underscores and dots, with a DNS name and a slash before it or without";
    const values = "a label's value: at most 63 letters, digits, dashes, underscores and dots";
    const wrong = { release: "two words", "-x": "y", "https://x": "y", a: `${label63}a` };
    assert.deepEqual(problemsOf({ monitoring: { labels: wrong } }), [
      told(".release", '"two words"', values),
      told('["-x"]', 'the key "-x"', names),
      told('["https://x"]', 'the key "https://x"', names),
      told(".a", `"${label63}a"`, values),
    ]);
    assert.deepEqual(problemsOf({ monitoring: { labels: "release" } }), [
      told("", '"release"', "an object of labels, each value a text"),
    ]);
  });
});
