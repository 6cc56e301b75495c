import assert from "node:assert/strict";
import { allCauses } from "../../src/doctor/allCauses";
import { diagnose } from "../../src/doctor/diagnose";
import { diagnosisFormats, seenIn } from "../../src/doctor/render";
import type { Snapshot } from "../../src/doctor/snapshot";
import {
  container,
  digest,
  failing,
  healthy,
  host,
  image,
  lacking,
  refusedPull,
  secret,
  withCluster,
  withError,
  withPod,
  withRegistry,
} from "./snapshots";

const down = { reason: "unreachable" as const, message: "cannot reach it: connection refused" };

/** Each cause, made in one place, and the same thing unbroken. */
const situations: [code: string, name: string, broken: Snapshot, control: Snapshot][] = [
  [
    "ZD101",
    "the registry's pod crashes",
    withPod({ ready: false, reason: "CrashLoopBackOff", age: 30, restarts: 4 }),
    withPod({ restarts: 4 }),
  ],
  [
    "ZD101",
    "the registry has no pod",
    (() => {
      const { registryPod: _, ...rest } = withRegistry({ reach: down }).cluster ?? healthyCluster();
      return { ...withRegistry({ reach: down }), cluster: rest };
    })(),
    healthy,
  ],
  [
    "ZD101",
    "nothing listens, and no cluster is known",
    withoutCluster(withRegistry({ reach: down })),
    withoutCluster(healthy),
  ],
  ["ZD102", "the registry starts", withPod({ ready: false, age: 20 }), withPod({ age: 20 })],
  [
    "ZD103",
    "the certificate is another's",
    withRegistry({ reach: { reason: "tls", message: "its certificate is for other names" } }),
    healthy,
  ],
  [
    "ZD104",
    "the host name is unknown",
    withRegistry({
      reach: { reason: "unreachable", message: "the host name is not known (DNS)" },
    }),
    healthy,
  ],
  [
    "ZD105",
    "a gateway refuses the route",
    withCluster({
      route: {
        name: "zot",
        parents: [{ gateway: "private", accepted: false, message: "Accepted: NotAllowed" }],
      },
    }),
    healthy,
  ],
  [
    "ZD106",
    "the volume is full",
    withPod({ log: "write /var/lib/registry/x: no space left on device" }),
    withPod({ log: "write /var/lib/registry/x: done" }),
  ],
  [
    "ZD107",
    "the claim waits",
    withCluster({ claim: { name: "zot-pvc-zot-0", phase: "Pending", size: "?" } }),
    healthy,
  ],
  [
    "ZD201",
    "the image is written without the host",
    withCluster({ containers: [failing({ image: "team/app:v1", message: "not found" })] }),
    withCluster({ containers: [failing({ image: "library/redis:8", message: "not found" })] }),
  ],
  ["ZD202", "there is no pull secret", refusedPull([], { pullSecrets: [] }), healthy],
  [
    "ZD203",
    "the pull secret is elsewhere",
    refusedPull([{ ...secret, namespace: "other" }]),
    withCluster({ pullSecrets: [{ ...secret, namespace: "other" }] }),
  ],
  [
    "ZD204",
    "the pull secret is for another host",
    refusedPull([{ ...secret, hosts: ["registry.example"] }]),
    healthy,
  ],
  [
    "ZD205",
    "the account was rotated away",
    refusedPull([{ ...secret, username: "puller-1", status: 401 }]),
    withCluster({ pullSecrets: [{ ...secret, username: "puller-1" }] }),
  ],
  [
    "ZD206",
    "the pull secret is not attached",
    refusedPull([secret], { pullSecrets: [] }),
    withCluster({ containers: [{ ...container, pullSecrets: [] }] }),
  ],
  [
    "ZD207",
    "a key has expired",
    {
      ...withRegistry({ keys: [{ label: "ci", expires: "2026-05-01T00:00:00Z" }] }),
      errorText: "unauthorized: authentication required",
    },
    withError("unauthorized: authentication required"),
  ],
  [
    "ZD208",
    "a tag may not be overwritten",
    withError("PUT https://oci.fleet.test/v2/team/app/manifests/v1: DENIED: access is denied"),
    healthy,
  ],
  ["ZD209", "the account may not read", refusedPull([secret], { message: "403 denied" }), healthy],
  ["ZD301", "the tag is not there", lacking({ reference: "v3" }), healthy],
  [
    "ZD302",
    "the repository is not there",
    lacking({ repository: "team/ap", reference: "v1", tags: null }),
    healthy,
  ],
  ["ZD303", "the digest is gone", lacking({ reference: digest("f") }), healthy],
  [
    "ZD304",
    "the node is of another platform",
    {
      ...withRegistry({ images: [{ ...image, platforms: ["linux/arm64"] }] }),
      cluster:
        withCluster({
          containers: [failing({ message: "no match for platform in manifest" })],
        }).cluster ?? healthyCluster(),
    },
    withRegistry({ images: [{ ...image, platforms: ["linux/amd64"] }] }),
  ],
  [
    "ZD305",
    "the tag moved on",
    withCluster({ containers: [{ ...container, running: digest("e") }] }),
    withCluster({ containers: [{ ...container, running: digest("a") }] }),
  ],
  [
    "ZD306",
    "an upstream refuses",
    lacking({ repository: "docker.io/library/redis", reference: "8", tags: null }),
    healthy,
  ],
  ["ZD401", "a Docker manifest", withError("writing manifest: received status: 415"), healthy],
  [
    "ZD402",
    "a blob is missing",
    withError("PUT /v2/team/app/manifests/v9: 400 MANIFEST_INVALID: blob unknown"),
    healthy,
  ],
  [
    "ZD403",
    "a large push is cut",
    withError("writing blob: uploading layer: PATCH: write: broken pipe"),
    healthy,
  ],
  ["ZD404", "a body is too large", withError("PATCH: 413 Request Entity Too Large"), healthy],
];

function healthyCluster() {
  if (healthy.cluster === undefined) throw new Error("the healthy snapshot has a cluster");
  return healthy.cluster;
}

function withoutCluster({ cluster: _, ...rest }: Snapshot): Snapshot {
  return rest;
}

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
    const diagnosis = { findings: diagnose(snapshot), seen: seenIn(snapshot) };
    for (const render of Object.values(diagnosisFormats)) {
      const text = render(diagnosis);
      assert.match(text, /ZD301/);
      assert.ok(text.includes(`skopeo list-tags docker://${host}/team/app`));
      assert.match(text, /not looked at, no cluster was named/);
    }
    assert.doesNotMatch(diagnosisFormats.table(diagnosis), /\u001B/);
  });
});
