import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import type { KubernetesObjectApi, V1Secret } from "@kubernetes/client-node";
import { kubeConfigOf, kubernetesLibrary, kubernetesReader } from "../../src/cluster/kubernetes";
import { deliveryClient } from "../../src/keys/delivery/deliveryClient";
import type { KubernetesTarget } from "../../src/keys/delivery/kubernetes";
import { judgeTargets } from "../../src/resources/keyTargets";
import { progress } from "../../src/resources/progress";
import { skipBecause } from "../support/skip";

const encoded = (text: string) => Buffer.from(text).toString("base64");
const login = { host: "oci.killinit.cc", username: "ci-1", password: "zak_first" };
const next = { ...login, username: "ci-2", password: "zak_second" };

/** Needs an API server alone: nothing runs here. */
describe("Secrets that keys are delivered to, at a real API server", function () {
  this.timeout(600_000);
  const namespace = `zot-fleet-delivered-${randomUUID().slice(0, 8)}`;
  const { put, withdraw, holds, foreign } = deliveryClient({});
  let context = "";
  let api: KubernetesObjectApi;
  let patched: (object: object, manager: string) => Promise<void>;

  before(async function () {
    if ((process.env["KUBECONFIG"] ?? "") === "") skipBecause("KUBECONFIG names no cluster", this);
    const { KubeConfig, KubernetesObjectApi: Api, PatchStrategy } = await kubernetesLibrary();
    const config = new KubeConfig();
    config.loadFromDefault();
    context = config.getCurrentContext();
    api = Api.makeApiClient(await kubeConfigOf(context));
    patched = async (object, manager) => {
      const none = undefined;
      await api.patch(object, none, none, manager, false, PatchStrategy.ServerSideApply);
    };
    await api.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  });
  after(async () => {
    if (context !== "")
      await api.delete({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  });

  const target = (name: string, type: KubernetesTarget["type"] = "opaque"): KubernetesTarget => ({
    to: "kubernetes",
    context,
    namespace,
    name,
    type,
  });
  const secret = (name: string, more: object) => ({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name, namespace },
    ...more,
  });
  const read = async (name: string) =>
    (await kubernetesReader(context)).read<V1Secret>({
      apiVersion: "v1",
      kind: "Secret",
      namespace,
      name,
    });

  const theirs = { data: { "their.key": encoded("theirs") } };
  const made: Record<string, (name: string) => Promise<unknown>> = {
    "kubectl create": (name) => api.create(secret(name, { type: "Opaque", ...theirs })),
    "server-side apply, without a type": (name) => patched(secret(name, theirs), "flux"),
    "server-side apply of labels alone": (name) =>
      patched(
        { ...secret(name, {}), metadata: { name, namespace, labels: { team: "a" } } },
        "flux",
      ),
  };

  for (const [how, make] of Object.entries(made))
    it(`leaves a Secret that was there by ${how}, and takes only its own keys of it`, async () => {
      const name = how.replace(/[^a-z]+/g, "-");
      await make(name);
      const before = await read(name);
      assert.equal(await foreign(target(name)), `${namespace}/${name}`);
      await put(target(name), login);
      await put(target(name), next);
      const filled = await read(name);
      assert.equal(await holds(target(name), next), true);
      assert.deepEqual(filled?.metadata?.labels, before?.metadata?.labels, "no label of ours");
      const [own] = (filled?.metadata?.managedFields ?? []).filter(
        ({ manager }) => manager === "zot-fleet",
      );
      assert.deepEqual(own?.fieldsV1, { "f:data": { "f:password": {}, "f:username": {} } });
      assert.equal(await withdraw(target(name), login), false, "it holds another one");
      assert.equal(await withdraw(target(name), next), true);
      const after = await read(name);
      assert.equal(after?.metadata?.uid, before?.metadata?.uid);
      assert.deepEqual(after?.data, before?.data);
      assert.deepEqual(
        [after?.type, after?.metadata?.labels],
        [before?.type, before?.metadata?.labels],
      );
    });

  it("leaves one on which an older version put its label, and takes the label off", async () => {
    const labels = { "app.kubernetes.io/managed-by": "zot-fleet" };
    for (const [name, again] of [
      ["old-withdrawn", false],
      ["old-renewed", true],
    ] as const) {
      await made["kubectl create"]?.(name);
      const data = { username: encoded(login.username), password: encoded(login.password) };
      const applied = { ...secret(name, { type: "Opaque", data }) };
      await patched({ ...applied, metadata: { name, namespace, labels } }, "zot-fleet");
      assert.equal(await foreign(target(name)), `${namespace}/${name}`);
      if (again) await put(target(name), login);
      if (again) assert.equal((await read(name))?.metadata?.labels, undefined);
      assert.equal(await withdraw(target(name), login), true);
      assert.deepEqual((await read(name))?.data, theirs.data);
    }
  });

  for (const type of ["opaque", "dockerconfigjson"] as const) {
    it(`deletes one that it made (${type}), also with the fields of an older version`, async () => {
      const at = target(`made-${type}`, type);
      await put(at, login);
      assert.equal(await foreign(at), undefined);
      await put(at, next);
      assert.equal(await withdraw(at, login), false);
      assert.notEqual(await read(at.name), undefined);
      assert.equal(await withdraw(at, next), false);
      assert.equal(await read(at.name), undefined);
    });

    it(`keeps one that it made and somebody else wrote to (${type}), without the login`, async () => {
      const at = target(`shared-${type}`, type);
      await put(at, login);
      await patched(secret(at.name, theirs), "somebody");
      assert.equal(await foreign(at), `${namespace}/${at.name}`);
      await put(at, next);
      assert.equal(await withdraw(at, next), true);
      const { data = {} } = (await read(at.name)) ?? {};
      assert.equal(data["their.key"], theirs.data["their.key"]);
      assert.doesNotMatch(
        Object.values(data)
          .map((text) => Buffer.from(text, "base64").toString())
          .join(),
        /zak_|ci-2/,
      );
      assert.equal(await withdraw(at, next), false, "it holds nothing any more");
    });
  }

  it("refuses one of another type, and keys that somebody else wrote, and changes nothing", async () => {
    const name = "refused";
    const data = { username: encoded("theirs"), password: encoded("theirs") };
    await api.create(secret(name, { type: "Opaque", data }));
    await assert.rejects(put(target(name), login), /409.*somebody else manages these fields/);
    await assert.rejects(
      put(target(name, "dockerconfigjson"), login),
      /it exists with the type Opaque and was not created for a key/,
    );
    assert.deepEqual((await read(name))?.data, data);
  });

  it("says before anything is changed which Secret is there and not ours", async () => {
    const said: string[] = [];
    const { say } = progress;
    progress.say = (message) => said.push(message);
    try {
      const names = ["kubectl-create", "none"].map((name) => target(name));
      const label = "zot-fleet:ottawa/builds";
      const client = () => deliveryClient({});
      const { failures, foreign: found } = await judgeTargets(client, label, [], names);
      assert.deepEqual([failures, found], [[], [`${namespace}/kubectl-create`]]);
      assert.match(said.join("\n"), /^the Secret \S+\/kubectl-create exists and was not created/);
    } finally {
      progress.say = say;
    }
  });
});
