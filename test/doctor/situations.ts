import type { Snapshot } from "../../src/doctor/snapshot";
import { registrySituations } from "./registrySituations";
import {
  container,
  digest,
  failing,
  healthy,
  image,
  lacking,
  refusedPull,
  secret,
  withCluster,
  withError,
  withPod,
  withRegistry,
  healthyCluster,
} from "./snapshots";

/** Each cause, made in one place, and the same thing unbroken. */
export const situations: [code: string, name: string, broken: Snapshot, control: Snapshot][] = [
  ...registrySituations,
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
      ...withRegistry({ keys: [{ label: "ci", expiresAt: "2026-05-01T00:00:00Z" }] }),
      errorText: "unauthorized: authentication required",
    },
    withRegistry({ keys: [{ label: "ci", expiresAt: "2026-05-01T00:00:00Z" }] }),
  ],
  [
    "ZD207",
    "a pull secret holds a key that ended",
    refusedPull([{ ...secret, username: "ci-1", key: true, status: 401 }]),
    withCluster({ pullSecrets: [{ ...secret, username: "ci-1", key: true }] }),
  ],
  [
    "ZD208",
    "a tag may not be overwritten",
    withError(
      "writing manifest: uploading manifest v1 to oci.fleet.test/team/app: denied: requested access to the resource is denied",
    ),
    healthy,
  ],
  [
    "ZD210",
    "an account that only pulls pushes",
    withError(
      "writing manifest: uploading manifest v9 to oci.fleet.test/team/app: denied: requested access to the resource is denied",
    ),
    healthy,
  ],
  [
    "ZD211",
    "the password of a push is wrong",
    withError(
      "checking whether a blob sha256:07 exists in oci.fleet.test/team/app: unauthorized: authentication required",
    ),
    healthy,
  ],
  [
    "ZD211",
    "the account that doctor was given is refused",
    withRegistry({ signedIn: false, images: [] }),
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
    "ZD307",
    "a seeded tag is gone, and nobody asks for it",
    lacking({ seeded: true, tags: ["v0"] }),
    withRegistry({ images: [{ ...image, seeded: true }] }),
  ],
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
  ["ZD401", "a Docker manifest, by the registry's log", invalidManifest(415), healthy],
  ["ZD402", "a missing part, by the registry's log", invalidManifest(400), healthy],
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

/** What skopeo says of either, and how Zot's log tells them apart. */
function invalidManifest(status: number): Snapshot {
  const log = `{"message":"HTTP API","method":"PUT","path":"/v2/team/app/manifests/v9","statusCode":${status}}`;
  return {
    ...withPod({ log }),
    errorText:
      "writing manifest: uploading manifest v9 to oci.fleet.test/team/app: manifest invalid: manifest invalid",
  };
}
