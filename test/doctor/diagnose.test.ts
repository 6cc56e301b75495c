import assert from "node:assert/strict";
import { allCauses } from "../../src/doctor/allCauses";
import { diagnose } from "../../src/doctor/diagnose";
import { diagnosisFormats, seenIn } from "../../src/doctor/render";
import type { Snapshot } from "../../src/doctor/snapshot";
import {
  container,
  digest,
  failing,
  healthyCluster,
  host,
  lacking,
  secret,
  withCluster,
  withPod,
  withRegistry,
  withoutCluster,
} from "./snapshots";
import { situations } from "./situations";

const codes = (snapshot: Snapshot) => [...new Set(diagnose(snapshot).map(({ code }) => code))];

describe("doctor's diagnosis", () => {
  for (const [code, name, broken, control] of situations) {
    it(`${code}: ${name}`, () => {
      assert.deepEqual(codes(broken), [code]);
      assert.deepEqual(codes(control), []);
    });
  }

  it("has a situation for every cause", () => {
    const made = new Set(situations.map(([code]) => code));
    assert.deepEqual(
      allCauses.map(({ code }) => code).filter((code) => !made.has(code)),
      [],
    );
  });

  it("names the nearest tags and repositories", () => {
    const [tag] = diagnose(lacking({ reference: "v3" }));
    assert.match(tag?.detail ?? "", /no tag v3; nearest: v1, v2/);
    const [repository] = diagnose(lacking({ repository: "team/ap", tags: null }));
    assert.match(repository?.detail ?? "", /nearest: team\/app/);
  });

  it("speaks of no cluster where the registry is the one of npm run local", () => {
    const reach = {
      reason: "unreachable" as const,
      message: "connect ECONNREFUSED: connection refused",
    };
    const alone = withoutCluster(withRegistry({ reach }));
    const caller = { program: "zot-fleet", flags: "--local", localFolder: ".local" };
    const snapshot = { ...alone, caller };
    const findings = diagnose(snapshot);
    assert.deepEqual(
      findings.map(({ code, command }) => [code, command]),
      [["ZD101", "npm run local"]],
    );
    const text = diagnosisFormats.table({ findings, seen: seenIn(snapshot), unexplained: false });
    assert.doesNotMatch(text, /\bpods?\b|kubectl|--context/);
  });

  it("tells both of two faults, the one nearer to the root first", () => {
    const pairs: [Snapshot, string[]][] = [
      [
        withCluster({
          containers: [failing(), { ...container, pod: "old-1", running: digest("e") }],
          pullSecrets: [{ ...secret, status: 401 }],
        }),
        ["ZD205", "ZD305"],
      ],
      [
        {
          ...lacking({ reference: "v3" }),
          cluster: { ...healthyCluster(), containers: [failing()], pullSecrets: [] },
        },
        ["ZD202", "ZD301"],
      ],
      [
        {
          ...withPod({
            log: "no space left on device",
            ready: false,
            reason: "CrashLoopBackOff",
            restarts: 9,
          }),
        },
        ["ZD106", "ZD101"],
      ],
    ];
    for (const [snapshot, wanted] of pairs) assert.deepEqual(codes(snapshot), wanted);
  });

  it("tells evidence, fix and command in every format, and what was not looked at", () => {
    const snapshot = withoutCluster(lacking({ reference: "v3" }));
    const diagnosis = { findings: diagnose(snapshot), seen: seenIn(snapshot), unexplained: false };
    for (const render of Object.values(diagnosisFormats)) {
      const text = render(diagnosis);
      assert.match(text, /ZD301/);
      assert.ok(text.includes(`zot-fleet inspect ${host}/team/app:v1 --stack fleet`));
      assert.match(text, /not looked at, no cluster was named/);
    }
    assert.doesNotMatch(diagnosisFormats.table(diagnosis), /\u001B/);
  });
});
