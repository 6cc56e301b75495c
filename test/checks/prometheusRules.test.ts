import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { CheckResult } from "../../src/checks/check";
import { resultFormats } from "../../src/checks/resultFormats";
import type { VerificationRun } from "../../src/checks/resultMetrics";
import { explanations } from "../../src/cli/explain";
import { useScratch } from "../images/scratch";
import { skipWithout } from "../support/skip";
import { readYaml } from "../support/yaml";
import { day, fineResults, fineRun } from "./verificationRuns";

const root = resolve(__dirname, "../..");
const file = join(root, "examples/prometheus-rules.yaml");

interface Rule {
  alert: string;
  labels: { severity: string };
  annotations: Record<string, string>;
}
const { groups } = readYaml(readFileSync(file, "utf8")) as { groups: { rules: Rule[] }[] };
const rules = groups.flatMap((group) => group.rules);

/** A sample is taken every ten minutes, for as many hours as a test looks at. */
const hours = (count: number) => count * 6;

/** What a collector gives Prometheus of a file that is written once, and goes away `until` hours later. */
function series(
  { results = fineResults, run = {} }: { results?: CheckResult[]; run?: Partial<VerificationRun> },
  until = 28,
) {
  const text = resultFormats.prometheus({ results, run: { ...fineRun, ...run } });
  return text
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const space = line.lastIndexOf(" ");
      const value = line.slice(space + 1);
      return { series: line.slice(0, space), values: `${value}+0x${hours(until)} stale` };
    });
}

/** A stack that is verified all the time, beside the one that is looked at. */
const other = [
  { series: 'zot_fleet_verification_timestamp_seconds{stack="lisbon"}', values: "0+600x168" },
];

const [first, ...rest] = fineResults as [CheckResult, ...CheckResult[]];
const failing = (more: Partial<CheckResult>): CheckResult => ({
  ...first,
  status: "failed",
  ...more,
});

interface Case {
  input: { series: string; values: string }[];
  /** When it is looked at. */
  at: string;
  /** Every alert that fires then, with its stack. */
  fires: [alert: string, stack?: string][];
}

const cases: Record<string, Case> = {
  "nothing is wrong": { input: series({}), at: "20h", fires: [] },
  "nothing is wrong, and the job is an hour late": { input: series({}), at: "25h", fires: [] },
  "a check fails, of three things": {
    input: series({
      results: [...rest, ...["a", "b", "c"].map((subject) => failing({ subject }))],
    }),
    at: "1h",
    fires: [["ZotFleetCheckFails", "ottawa"]],
  },
  "a check is skipped, or warns": {
    input: series({ results: [failing({ status: "skipped" }), failing({ status: "warning" })] }),
    at: "1h",
    fires: [],
  },
  "nobody verified it for a day": {
    input: [...series({}), ...other],
    at: "27h",
    fires: [["ZotFleetNotVerified", "ottawa"]],
  },
  "its file is gone, and that of another stack is there": {
    input: [...series({}, 10), ...other],
    at: "27h",
    fires: [["ZotFleetNotVerified", "ottawa"]],
  },
  "there is no file at all": { input: [], at: "3h", fires: [["ZotFleetNothingVerified"]] },
  "the certificate ends in 13 days": {
    input: series({ results: [{ ...first, ends: day(13) }] }),
    at: "1h",
    fires: [["ZotFleetCertificateEndsSoon", "ottawa"]],
  },
  "the certificate ends in 15 days": {
    input: series({ results: [{ ...first, ends: day(15) }] }),
    at: "1h",
    fires: [],
  },
  "an API key was to be renewed three days ago": {
    input: series({
      run: {
        apiKeys: [{ name: "forge", username: "ci-3", expiresAt: day(18), renewBeforeDays: 21 }],
      },
    }),
    at: "1h",
    fires: [["ZotFleetApiKeyEndsSoon", "ottawa"]],
  },
  "an API key is to be renewed tonight": {
    input: series({
      run: {
        apiKeys: [{ name: "forge", username: "ci-3", expiresAt: day(20.5), renewBeforeDays: 21 }],
      },
    }),
    at: "1h",
    fires: [],
  },
  "a password is older than a year": {
    input: series({ run: { credentials: [{ account: "admin", since: day(-366) }] } }),
    at: "1h",
    fires: [["ZotFleetPasswordOld", "ottawa"]],
  },
  "a rotation was interrupted": {
    input: series({ run: { rotation: { begun: 4, handedOut: 3 } } }),
    at: "1h",
    fires: [["ZotFleetRotationInterrupted", "ottawa"]],
  },
  "the first deployment was interrupted": {
    input: series({ run: { rotation: { begun: 1 } } }),
    at: "1h",
    fires: [["ZotFleetRotationInterrupted", "ottawa"]],
  },
};

describe("examples/prometheus-rules.yaml", function () {
  this.timeout(120_000);
  const scratch = useScratch();

  it("has a severity, a summary, a hint and a page for every alert", () => {
    for (const { alert, labels, annotations } of rules) {
      assert.match(labels.severity, /^(critical|warning)$/, alert);
      for (const name of ["summary", "hint", "page"]) assert.ok(annotations[name], alert);
    }
  });

  it("names pages that there are, for every code that a check may have", () => {
    for (const { annotations } of rules) {
      const pages = explanations()
        .filter(({ code }) => code.startsWith("ZF"))
        .map(({ code }) =>
          (annotations["page"] ?? "").replace("{{ $labels.code | toLower }}", code.toLowerCase()),
        );
      for (const page of new Set(pages)) {
        const [path = "", anchor = ""] = page.split("#");
        assert.ok(existsSync(join(root, path)), page);
        const text = readFileSync(join(root, path), "utf8");
        const there = [
          ...[...text.matchAll(/<a id="([^"]+)"><\/a>/g)].map(([, id]) => id),
          ...[...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
            heading.toLowerCase().replaceAll(" ", "-"),
          ),
        ];
        assert.ok(there.includes(anchor), page);
      }
    }
  });

  it("is taken by promtool", function () {
    const promtool = skipWithout("promtool", this);
    const text = execFileSync(promtool, ["check", "rules", file], { encoding: "utf8" });
    assert.match(text, new RegExp(`SUCCESS: ${rules.length} rules found`));
  });

  it("has a case here in which each alert fires", () => {
    const fired = Object.values(cases).flatMap(({ fires }) => fires.map(([alert]) => alert));
    assert.deepEqual(new Set(fired), new Set(rules.map(({ alert }) => alert)));
  });

  for (const [name, { input, at, fires }] of Object.entries(cases)) {
    const words = fires.map(([alert]) => alert).join(", ");
    it(`where ${name}, ${words === "" ? "no alert fires" : `${words} fires, and no other`}`, function () {
      const promtool = skipWithout("promtool", this);
      const test = {
        rule_files: [file],
        evaluation_interval: "10m",
        tests: [
          {
            interval: "10m",
            input_series: input,
            promql_expr_test: [
              {
                expr: 'count by (alertname, stack) (ALERTS{alertstate="firing"})',
                eval_time: at,
                exp_samples: fires.map(([alertname, stack]) => ({
                  labels: `{alertname="${alertname}"${stack === undefined ? "" : `, stack="${stack}"`}}`,
                  value: 1,
                })),
              },
            ],
          },
        ],
      };
      const path = scratch("rules.test.yaml");
      writeFileSync(path, JSON.stringify(test));
      const options = { encoding: "utf8", stdio: "pipe" } as const;
      assert.match(execFileSync(promtool, ["test", "rules", path], options), /SUCCESS/);
    });
  }

  it("tells where to look, in words of its own", function () {
    const promtool = skipWithout("promtool", this);
    const alert_rule_test = [
      {
        eval_time: "1h",
        alertname: "ZotFleetCheckFails",
        exp_alerts: [
          {
            exp_labels: { severity: "critical", stack: "ottawa", code: "ZF101" },
            exp_annotations: {
              summary: "ZF101 fails on ottawa (1)",
              hint: "fleet verify --stack ottawa --only ZF101 says what was seen and what to do; fleet explain ZF101 says why it matters.",
              page: "docs/reference/codes.md#zf101",
            },
          },
        ],
      },
    ];
    const input_series = series({ results: [failing({})] });
    const test = {
      rule_files: [file],
      evaluation_interval: "10m",
      tests: [{ interval: "10m", input_series, alert_rule_test }],
    };
    const path = scratch("words.test.yaml");
    writeFileSync(path, JSON.stringify(test));
    const options = { encoding: "utf8", stdio: "pipe" } as const;
    assert.match(execFileSync(promtool, ["test", "rules", path], options), /SUCCESS/);
  });
});
