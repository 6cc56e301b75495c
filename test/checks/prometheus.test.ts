import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fc from "fast-check";
import type { CheckResult } from "../../src/checks/check";
import { resultFormats } from "../../src/checks/resultFormats";
import { version } from "../../src/system/version";
import { skipWithout } from "../support/skip";
import { awkward } from "./results";
import { day, fineResults, fineRun } from "./verificationRuns";

const { prometheus } = resultFormats;
const told = (results: readonly CheckResult[], run = fineRun) => prometheus({ results, run });

/** The samples of a gauge: its labels' text, and the value. */
const samples = (text: string, name: string) =>
  new Map(
    text.split("\n").flatMap((line) => {
      const [, series, labels = "", value] = /^(\w+)\{(.*)\} (\S+)$/.exec(line) ?? [];
      return series === name ? [[labels, Number(value)] as const] : [];
    }),
  );

describe("a verification, told to Prometheus", () => {
  it("is this text", () => {
    assert.equal(
      told(fineResults),
      `# HELP zot_fleet_build_info The version of the zot-fleet that verified, always 1.
# TYPE zot_fleet_build_info gauge
zot_fleet_build_info{stack="ottawa",version="${version}"} 1
# HELP zot_fleet_check Whether a check holds: 1 passed or with a warning, 0 failed. What was skipped is not here.
# TYPE zot_fleet_check gauge
zot_fleet_check{stack="ottawa",code="ZF101",subject=""} 1
zot_fleet_check{stack="ottawa",code="ZF105",subject=""} 1
zot_fleet_check{stack="ottawa",code="ZF303",subject="team/app:latest"} 1
zot_fleet_check{stack="ottawa",code="ZF303",subject="team/app:v1"} 1
zot_fleet_check{stack="ottawa",code="ZF704",subject="ci-3"} 1
# HELP zot_fleet_check_results Results of the last verification, by what became of them.
# TYPE zot_fleet_check_results gauge
zot_fleet_check_results{stack="ottawa",status="failed"} 0
zot_fleet_check_results{stack="ottawa",status="passed"} 4
zot_fleet_check_results{stack="ottawa",status="skipped"} 1
zot_fleet_check_results{stack="ottawa",status="warning"} 1
# HELP zot_fleet_verification_timestamp_seconds When the last verification ended.
# TYPE zot_fleet_verification_timestamp_seconds gauge
zot_fleet_verification_timestamp_seconds{stack="ottawa"} 0
# HELP zot_fleet_verification_duration_seconds How long the last verification took.
# TYPE zot_fleet_verification_duration_seconds gauge
zot_fleet_verification_duration_seconds{stack="ottawa"} 2.5
# HELP zot_fleet_certificate_expiry_timestamp_seconds When the certificate that the registry's host name shows ends.
# TYPE zot_fleet_certificate_expiry_timestamp_seconds gauge
zot_fleet_certificate_expiry_timestamp_seconds{stack="ottawa"} ${60 * 86_400}
# HELP zot_fleet_api_key_expiry_timestamp_seconds When an API key ends. One that never does is not here.
# TYPE zot_fleet_api_key_expiry_timestamp_seconds gauge
zot_fleet_api_key_expiry_timestamp_seconds{stack="ottawa",key="forge",account="ci-3"} ${90 * 86_400}
# HELP zot_fleet_api_key_renewal_timestamp_seconds From when on a refresh renews an API key.
# TYPE zot_fleet_api_key_renewal_timestamp_seconds gauge
zot_fleet_api_key_renewal_timestamp_seconds{stack="ottawa",key="forge",account="ci-3"} ${69 * 86_400}
# HELP zot_fleet_password_changed_timestamp_seconds When an account got the password that it has.
# TYPE zot_fleet_password_changed_timestamp_seconds gauge
zot_fleet_password_changed_timestamp_seconds{stack="ottawa",account="admin"} ${-100 * 86_400}
# HELP zot_fleet_rotation_generation Generation of the machine accounts: the one that a deployment began with, and the one that pull secrets were handed out of.
# TYPE zot_fleet_rotation_generation gauge
zot_fleet_rotation_generation{stack="ottawa",step="begun"} 3
zot_fleet_rotation_generation{stack="ottawa",step="handed_out"} 3
`,
    );
  });

  it("is the same text in whatever order results come", () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray(fineResults, { minLength: fineResults.length }),
        (results) => {
          assert.equal(told(results), told(fineResults));
        },
      ),
    );
  });

  it("fails where one of several results of the same thing does: a series stands there once", () => {
    const [base] = fineResults;
    assert.ok(base);
    const both = [{ ...base, status: "failed" as const }, base];
    for (const results of [both, both.toReversed()])
      assert.deepEqual([...samples(told(results), "zot_fleet_check").values()], [0]);
  });

  it("says nothing of what nobody knows: no certificate, no key, no state", () => {
    const run = { ...fineRun, credentials: [], rotation: {}, apiKeys: [] };
    const text = told([], run);
    assert.doesNotMatch(text, /zot_fleet_check\{|expiry|renewal|password|rotation/);
    assert.match(text, /zot_fleet_verification_timestamp_seconds\{stack="ottawa"\} 0\n/);
  });

  it("escapes what the format has no way to write, and lets nothing steer a terminal", () => {
    const names = ['a"b', "a\\b", "a\nb", "a\u001B[31mb", "a\u202Eb", "a\uD800b", "<script>"];
    const [base] = fineResults;
    assert.ok(base);
    const text = told(names.map((subject) => ({ ...base, subject })));
    const subjects = [...samples(text, "zot_fleet_check").keys()].map(
      (labels) => /subject="(.*)"$/.exec(labels)?.[1],
    );
    assert.deepEqual(
      new Set(subjects),
      new Set(['a\\"b', "a\\\\b", "a\\nb", "a\uFFFD[31mb", "a\uFFFDb", "<script>"]),
    );
  });

  it("is lines of the format, whatever is in a name", () => {
    const label = String.raw`\w+="(?:[^"\\\n]|\\[\\n"])*"`;
    const line = new RegExp(`^(?:# (?:HELP|TYPE) .*|\\w+\\{${label}(?:,${label})*\\} -?[0-9.]+)$`);
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: "binary" })),
        fc.string({ unit: "binary" }),
        (subjects, stack) => {
          const [base] = fineResults;
          assert.ok(base);
          const results = subjects.map((subject) => ({ ...base, subject }));
          const text = told(results, { ...fineRun, stack });
          const lines = text.trimEnd().split("\n");
          for (const each of lines) assert.match(each, line);
          assert.equal(new Set(lines).size, lines.length);
        },
      ),
    );
  });

  it("holds no key and no password", () => {
    const apiKeys = [
      { name: "forge", username: "ci-3", password: "zak_canary", renewBeforeDays: 1, id: "canary" },
    ];
    const results = awkward.map((each) => ({ ...each, detail: "canary", hint: "canary" }));
    assert.doesNotMatch(told(results, { ...fineRun, apiKeys }), /canary/);
  });

  it("is taken by promtool, with nothing to complain of", function () {
    const promtool = skipWithout("promtool", this);
    const apiKeys = [{ name: 'a"\\\n', username: "ci-3", expiresAt: day(9), renewBeforeDays: 1 }];
    for (const input of [told(fineResults), told(awkward, { ...fineRun, apiKeys })]) {
      const options = { input, encoding: "utf8", stdio: "pipe" } as const;
      assert.equal(execFileSync(promtool, ["check", "metrics"], options), "");
    }
  });
});
