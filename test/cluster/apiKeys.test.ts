import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { V1Secret } from "@kubernetes/client-node";
import { kubernetesReader } from "../../src/cluster/kubernetes";
import { withPortForward } from "../../src/cluster/portForward";
import { deliveryClient } from "../../src/keys/delivery/deliveryClient";
import type { KubernetesTarget } from "../../src/keys/delivery/kubernetes";
import type { Credentials } from "../../src/registry/client";
import { keyByHand, signsIn } from "../support/apiKeys";
import {
  ClusterProject,
  needsCluster,
  removeNamespaces,
  type TestCluster,
} from "../support/clusterProject";
import { passwordIn, verificationOf } from "../support/stateOf";
import { isSkipped } from "../support/skip";

const namespace = "zot-fleet-keys";
const team = "zot-fleet-keys-team";
const host = "oci.keys.test";

const destroy = ["destroy", "--stack", "keys", "--yes", "--skip-preview"];

const declared = [
  {
    name: "builds",
    account: "ci",
    deliver: [
      { to: "kubernetes", namespace: team, name: "zot-ci" },
      { to: "kubernetes", namespace: team, name: "zot-ci-plain", type: "opaque" },
      { to: "file", path: ".keys/ci.json" },
    ],
  },
];

describe("API keys in a cluster", function () {
  this.timeout(600_000);
  let cluster: TestCluster;
  let project: ClusterProject;
  let config: Record<string, unknown>;

  before(async function () {
    cluster = await needsCluster(this, "0.1.122");
    await removeNamespaces(cluster, namespace, team);
    await cluster.kubectl("create", "namespace", team);
    project = new ClusterProject();
    const seed = {
      image: "demo/hello",
      tags: ["1.0"],
      archives: { "linux/amd64": await project.archive("hello", "linux/amd64") },
    };
    config = {
      cluster: { name: "keys", context: cluster.context, domain: "keys.test", gateways: [] },
      registry: { namespace },
      chart: { source: cluster.chart("0.1.122") },
      seeds: [seed],
      adminPassword: "the-first-password",
      apiKeys: declared,
    };
    await configure({});
    await project.pulumi(["stack", "init", "keys"]);
  });

  after(async function () {
    if (isSkipped(this)) return;
    await project.pulumi(destroy);
    await removeNamespaces(cluster, namespace, team);
    project.remove();
  });

  async function configure(change: object): Promise<void> {
    config = { ...config, ...change };
    await project.configure("keys", config);
  }

  async function up(...flags: string[]): Promise<string> {
    const args = ["up", "--stack", "keys", "--yes", "--skip-preview", ...flags];
    const { code, output } = await project.pulumi(args);
    assert.equal(code, 0, output);
    return output;
  }

  async function previewsNothing(): Promise<void> {
    const { code, output } = await project.preview("keys");
    assert.equal(code, 0, output);
  }

  const secretOf = async (name: string, place = team) => {
    const reader = await kubernetesReader(cluster.context);
    const object = { apiVersion: "v1", kind: "Secret", namespace: place, name };
    return reader.read<V1Secret>(object);
  };
  const decoded = (secret: V1Secret | undefined, key: string) =>
    Buffer.from(secret?.data?.[key] ?? "", "base64").toString();

  /** The names in the registry's accounts file that nobody declares. */
  async function keptNames(): Promise<string[]> {
    const file = decoded(await secretOf("zot-secret", namespace), "htpasswd");
    const names = file.split("\n").flatMap((line) => line.split(":")[0] ?? []);
    return names.filter((name) => !/^(?:|admin|fleet|(?:ci|puller)-[23])$/.test(name)).sort();
  }

  /** The login in the team's pull secret. */
  async function held(): Promise<Credentials> {
    const text = decoded(await secretOf("zot-ci"), ".dockerconfigjson");
    const { auths } = JSON.parse(text) as { auths: Record<string, Credentials> };
    const { username = "", password = "" } = auths[host] ?? {};
    return { username, password };
  }

  const atRegistry = <T>(work: (zot: { url: string }) => Promise<T>) =>
    withPortForward({ context: cluster.context, namespace, service: "zot", port: 5000 }, (url) =>
      work({ url }),
    );
  const answered = (credentials: Credentials) => atRegistry((zot) => signsIn(zot, credentials));

  const byHand = (account: Credentials) => atRegistry((zot) => keyByHand(zot, account));

  const checks = async () =>
    verificationOf(await project.state("keys"))
      .filter(({ code }) => code.startsWith("ZF7"))
      .map(({ code, status, subject = "" }) => `${code} ${status} ${subject}`.trim());

  it("are in every Secret and file after one up, which verified them, and then left alone", async () => {
    await up();
    const login = await held();
    assert.equal(login.username, "ci-1");
    assert.equal(await answered(login), 200);
    const [secret, plain] = [await secretOf("zot-ci"), await secretOf("zot-ci-plain")];
    assert.equal(secret?.type, "kubernetes.io/dockerconfigjson");
    assert.deepEqual(
      secret.metadata?.managedFields?.map(({ manager, operation }) => [manager, operation]),
      [["zot-fleet", "Apply"]],
    );
    assert.deepEqual(
      [decoded(plain, "username"), decoded(plain, "password")],
      [login.username, login.password],
    );
    const file = join(project.folder, ".keys/ci.json");
    assert.ok(readFileSync(file, "utf8").includes(login.password));
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.deepEqual(await checks(), [
      "ZF701 passed builds",
      "ZF702 passed builds",
      "ZF703 skipped",
      ...["admin", "fleet", "puller-1", "ci-1"].map((name) => `ZF704 passed ${name}`),
    ]);
    await previewsNothing();
    await up("--refresh", "--expect-no-changes");
    assert.ok(!(await project.state("keys")).includes("zak_"));
  });

  it("are delivered again where a Secret was lost, by a refresh and by no preview", async () => {
    const before = await held();
    await cluster.kubectl("-n", team, "delete", "secret", "zot-ci");
    await previewsNothing();
    await up("--refresh");
    assert.deepEqual(await held(), before);
    await previewsNothing();
  });

  it("work at every moment of a rotation, and move to the new account", async () => {
    const watched = { over: false };
    const dead: string[] = [];
    let asked = 0;
    const watch = (async () => {
      while (!watched.over) {
        const login = await held();
        const status = await answered(login).catch(() => undefined);
        if (status !== undefined) asked++;
        // One that was read just before it was replaced is nobody's any more.
        if (status === 401 && (await held()).password === login.password) dead.push(login.username);
        await sleep(300);
      }
    })();
    const laptop = await byHand({ username: "admin", password: "the-first-password" });
    assert.equal(await answered(laptop), 200);
    await configure({ rotation: 2, adminPassword: "the-second-password" });
    await up();
    watched.over = true;
    await watch;
    assert.deepEqual(dead, []);
    assert.ok(asked > 10, `${asked} answers`);
    assert.equal((await held()).username, "ci-2");
    assert.equal(await answered(await held()), 200);
    assert.equal(await answered(laptop), 401, "the admin's password was replaced");
    await previewsNothing();
  });

  it("of a retired account are refused, also those that somebody made by hand", async () => {
    const old = await passwordOf("puller-1");
    const laptop = await byHand({ username: "puller-1", password: old });
    assert.equal(await answered(laptop), 200);
    await configure({ rotation: 3 });
    await up();
    assert.equal(await answered(laptop), 401);
    assert.equal((await held()).username, "ci-3");
    assert.equal(await answered(await held()), 200);
    await previewsNothing();
    const names = await keptNames();
    assert.deepEqual(names, ["ci-1", "puller-1"], "kept until their keys were listed and gone");
    assert.equal(await answered({ username: "puller-1", password: old }), 401);
  });

  it("are forgotten nowhere when the StatefulSet was deleted by hand: they lie on the claim", async () => {
    const laptop = await byHand({ username: "admin", password: "the-second-password" });
    await cluster.kubectl("-n", namespace, "delete", "statefulset", "zot", "--wait");
    await configure({ adminPassword: "the-third-password" });
    await up();
    assert.equal(await answered(laptop), 401);
    assert.equal(await answered({ username: "admin", password: "the-third-password" }), 200);
    assert.deepEqual(await keptNames(), ["ci-1", "puller-1"], "nobody could look for their keys");
    await previewsNothing();
  });

  it("go with their declaration, from the cluster as well", async () => {
    const before = await held();
    await configure({ apiKeys: [] });
    await up();
    assert.equal(await secretOf("zot-ci"), undefined);
    assert.equal(await answered(before), 401);
    await previewsNothing();
  });

  it("are refused in words where the Secret is somebody else's, or its namespace is not there", async () => {
    const target = (change: Partial<KubernetesTarget>): KubernetesTarget => ({
      to: "kubernetes",
      context: cluster.context,
      namespace: team,
      name: "theirs",
      type: "opaque",
      ...change,
    });
    const login = { host, username: "ci-3", password: "zak_canary" };
    const literals = ["--from-literal=username=them", "--from-literal=password=theirs"];
    await cluster.kubectl("-n", team, "create", "secret", "generic", "theirs", ...literals);
    const { put, withdraw, holds } = deliveryClient({});
    const refused = async (change: Partial<KubernetesTarget>, words: RegExp) =>
      assert.rejects(put(target(change), login), (error: Error) => {
        assert.match(error.message, words);
        assert.doesNotMatch(error.message, /canary/);
        return true;
      });
    await refused({}, /answers 409 for Secret zot-fleet-keys-team\/theirs \(somebody else/);
    await refused({ namespace: "zot-fleet-none" }, /answers 404.*is there a namespace/);
    await put(target({ name: "ours" }), login);
    await refused(
      { name: "ours", type: "dockerconfigjson" },
      /answers 422.*a Secret's type never changes/,
    );
    assert.equal(await holds(target({}), login), false);
    await withdraw(target({}), { ...login, username: "them", password: "theirs" });
    assert.ok(await secretOf("theirs"), "it is not ours to delete");
    await withdraw(target({ name: "ours" }), { ...login, password: "zak_another" });
    assert.ok(await secretOf("ours"), "it holds another key");
    await withdraw(target({ name: "ours" }), login);
    assert.equal(await secretOf("ours"), undefined);
  });

  it("are revoked by a destroy while the registry still answers", async () => {
    await configure({ apiKeys: declared });
    await up();
    assert.ok(await secretOf("zot-ci"));
    const { code, output } = await project.pulumi(destroy);
    assert.equal(code, 0, output);
    assert.equal(await secretOf("zot-ci"), undefined);
  });

  /** The password of an account, from the state. */
  async function passwordOf(username: string): Promise<string> {
    const flags = ["stack", "export", "--show-secrets", "--stack", "keys"];
    return passwordIn((await project.pulumi(flags)).output, username);
  }
});
