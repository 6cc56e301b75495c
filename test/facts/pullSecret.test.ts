import assert from "node:assert/strict";
import type { CheckContext } from "../../src/checks/check";
import { pullSecretsInPlace } from "../../src/checks/cluster/pullSecrets";
import type { KubernetesReader, ObjectName } from "../../src/cluster/kubernetes";
import { gatherCluster } from "../../src/doctor/gatherCluster";

const host = "oci.fleet.test";
const registry = {
  context: "fleet",
  namespace: "zot",
  host,
  pod: "zot-0",
  claim: "zot-pvc-zot-0",
  pullSecret: { name: "zot-pull-secret", username: "puller-1", namespaces: ["team"] },
  workloads: [],
};

const pair = (text: string) => Buffer.from(text).toString("base64");

/** A namespace with this Secret, and a pod that cannot pull. */
function clusterWith(auths: object): KubernetesReader {
  const objects: Record<string, object> = {
    Secret: {
      metadata: { namespace: "team", name: "zot-pull-secret" },
      type: "kubernetes.io/dockerconfigjson",
      data: { ".dockerconfigjson": pair(JSON.stringify({ auths })) },
    },
    Pod: {
      metadata: { namespace: "team", name: "web-1" },
      spec: { containers: [{ name: "app", image: `${host}/team/app:v1` }] },
      status: {
        containerStatuses: [{ name: "app", state: { waiting: { reason: "ErrImagePull" } } }],
      },
    },
  };
  return {
    read: <T>({ kind }: ObjectName) =>
      Promise.resolve((kind === "Secret" ? objects[kind] : undefined) as T),
    list: <T>({ kind }: Omit<ObjectName, "name">) =>
      Promise.resolve((objects[kind] === undefined ? [] : [objects[kind]]) as T[]),
  };
}

/** Whose account a Secret holds, by the check and by the doctor: who tries it with which password is told as well. */
async function heldIn(auths: object) {
  const reader = clusterWith(auths);
  const [finding] = [await pullSecretsInPlace(registry, reader).run({} as CheckContext)].flat();
  const tried: string[] = [];
  const { pullSecrets } = await gatherCluster({
    reader,
    context: "fleet",
    host,
    tryAccount: ({ username, password }) => {
      tried.push(`${username}:${password}`);
      return Promise.resolve(200);
    },
    log: () => Promise.resolve(""),
    now: 0,
  });
  return {
    check: `${finding?.status ?? ""} ${finding?.detail ?? ""}`,
    doctor: pullSecrets[0]?.username,
    tried,
  };
}

const good = { check: `passed puller-1 at ${host}`, doctor: "puller-1", tried: ["puller-1:x:y"] };

describe("a pull secret", () => {
  it("holds the account that the kubelet reads, to the check and to the doctor", async () => {
    assert.deepEqual(await heldIn({ [host]: { auth: pair("puller-1:x:y") } }), good);
    assert.deepEqual(await heldIn({ [host]: { username: "puller-1", password: "x:y" } }), good);
    const beside = { username: "old", password: "old", auth: pair("puller-1:x:y") };
    assert.deepEqual(await heldIn({ [host]: beside }), good);
  });

  it("may hold entries of other hosts that bring no account", async () => {
    const others = { "other.test": {}, "one.test": { username: "ada", password: "z" } };
    assert.deepEqual(await heldIn({ [host]: { auth: pair("puller-1:x:y") }, ...others }), good);
  });

  it("is no use without a user and a password, to both", async () => {
    for (const entry of [{}, { auth: pair("puller-1") }, { auth: pair("puller-1:") }]) {
      assert.deepEqual(await heldIn({ [host]: entry }), {
        check: "failed its auth is not user:password",
        doctor: undefined,
        tried: [],
      });
    }
  });
});
