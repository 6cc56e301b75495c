import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RegistryClient } from "../../src/registry/client";
import { makeKey } from "../../src/keys/registryKeys";
import { handedOut } from "../support/lifecycle/clients";
import { firstWish, type Wish } from "../support/lifecycle/edits";
import { namedChanges } from "../support/lifecycle/history";
import { reasons } from "../support/lifecycle/invariants";
import type { EngineRun } from "../support/lifecycle/project";
import { World } from "../support/lifecycle/world";
import { skipWithout } from "../support/skip";
import type { ClusterStandIn } from "../support/standIn/cluster";

/** The least that a stack can ask for; each sequence adds what it is about. */
const least: Wish = { ...firstWish, gateways: [], namespaces: [], keys: {}, seeds: {} };

interface StateResource {
  type: string;
  urn: string;
  parent?: string;
  dependencies?: string[];
  propertyDependencies?: Record<string, string[] | null>;
}

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();

/*
 * What went wrong once, as it went wrong, without a cluster: each of these failed before its mend.
 */
describe("sequences that once ended badly", function () {
  this.timeout(0);
  let folder: string;
  let world: World<ClusterStandIn>;

  beforeEach(async function () {
    for (const tool of ["pulumi", "skopeo"]) skipWithout(tool, this);
    folder = mkdtempSync(join(tmpdir(), "zot-fleet-sequence-"));
    world = await World.overStandIn(folder);
  });
  afterEach(async () => {
    await world.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function deploys(
    wish: Partial<Wish> = {},
    options: { refresh?: boolean } = {},
  ): Promise<EngineRun> {
    world.wish = { ...world.wish, ...wish };
    await world.configure();
    const run = await world.deploy(options);
    assert.ok(run.ok, reasons(run));
    return run;
  }

  async function isSettled(): Promise<void> {
    const preview = await world.preview();
    assert.ok(preview.ok, reasons(preview));
    assert.deepEqual(preview.steps, []);
  }

  const isThere = (path: string) => world.cluster.api.get(path) !== undefined;

  it("a release that Helm left pending, in an install or an upgrade: the next deployment converges", async () => {
    await deploys(least);
    await world.break("Helm left pending");
    await deploys({ zot: "2.1.17" }, { refresh: true });
    await isSettled();
    await world.break("Helm left pending");
    // The Release has no diff now, and is mended all the same.
    await deploys();
    const secrets = world.cluster.api.under(
      "/api/v1/namespaces/zot/secrets/sh.helm.release.v1.zot",
    );
    assert.ok(secrets.every(({ metadata }) => metadata.labels?.["status"] !== "pending-upgrade"));
    await isSettled();
  });

  it("a release of ours that Helm has and the state lacks: the next deployment takes it", async () => {
    await deploys(least);
    const state = JSON.parse(world.project.export()) as {
      deployment: { resources: StateResource[] };
    };
    const { resources } = state.deployment;
    // Killed between Helm's last step and the engine's note of it: nothing after the release is in the state, either.
    const lost = new Set(
      resources.filter(({ type }) => type.endsWith(":Release")).map(({ urn }) => urn),
    );
    for (const { urn, parent = "", dependencies = [], propertyDependencies = {} } of resources) {
      const others = Object.values(propertyDependencies).flatMap((each) => each ?? []);
      if ([parent, ...dependencies, ...others].some((each) => lost.has(each))) lost.add(urn);
    }
    state.deployment.resources = resources.filter(({ urn }) => !lost.has(urn));
    await world.project.import(JSON.stringify(state));
    await deploys();
    await isSettled();
  });

  it("a rotation that fails late, then another: what clients hold works, and some value deploys", async () => {
    await deploys({ ...least, namespaces: ["apps"] });
    const held = (await handedOut(world)).filter(({ where }) => where === "apps/zot-pull-secret");
    world.wish = {
      ...world.wish,
      rotation: 2,
      named: {
        seeds: [
          {
            image: "team/app",
            tags: ["v1"],
            archives: { "linux/amd64": await world.project.archive("late", "linux/amd64") },
          },
        ],
      },
    };
    await world.configure();
    await world.break("archive away");
    const late = await world.deploy();
    assert.ok(!late.ok, "the deployment of rotation 2 was to fail late");
    await world.mend();
    world.wish = { ...world.wish, rotation: 3 };
    await world.configure();
    // Whatever became of 3, there is a value that deploys: that one, or the one that its error names.
    const third = await world.deploy();
    const [change] = namedChanges.flatMap(([pattern, make]) => {
      const found = pattern.exec(third.output);
      return found === null ? [] : [make(world.wish, found)];
    });
    assert.ok(third.ok || change !== undefined, reasons(third));
    if (!third.ok) await deploys(change);
    await isSettled();
    for (const login of held) assert.notEqual(await world.pull(login, "team/none", "latest"), 401);
    assert.equal(held.length, 1);
  });

  it("another name of the cluster: nothing is replaced or deleted, then or in the deployment after it", async () => {
    await deploys({ ...least, namespaces: ["apps"], gateways: ["private"] });
    const objects = ["secrets/zot-secret", "services/zot"].map(
      (each) => `/api/v1/namespaces/zot/${each}`,
    );
    const before = objects.map((path) => world.cluster.api.get(path)?.metadata.uid);
    const run = await deploys({ cluster: "lisbon" });
    assert.deepEqual(
      run.steps.filter(({ op }) => /replace|delete/.test(op)),
      [],
    );
    await deploys();
    assert.deepEqual(
      objects.map((path) => world.cluster.api.get(path)?.metadata.uid),
      before,
    );
    assert.ok(isThere("/api/v1/namespaces/apps/secrets/zot-pull-secret"));
    assert.ok(isThere("/apis/gateway.networking.k8s.io/v1/namespaces/zot/httproutes/zot"));
    await isSettled();
  });

  it("a password that leaked: a key that it makes until the pod restarts is refused afterwards", async () => {
    await deploys({
      ...least,
      keys: firstWish.keys,
      password: { text: "given-1-canary", asLine: false },
    });
    const leaked = { username: "admin", password: "given-1-canary" };
    const { pod } = world.cluster;
    const client = new RegistryClient({ url: pod.url, credentials: leaked });
    let key = "";
    // At the last moment of the old pod: after the revocation, before the new Secret.
    pod.beforeStop = async () => {
      if (key === "")
        ({ key } = await makeKey(client, { label: "by hand", expiresAt: inDays(30) }));
    };
    await deploys({ password: { text: "given-2-canary", asLine: false } });
    await client.close();
    assert.notEqual(key, "", "no key was made");
    assert.equal(
      await world.pull({ username: "admin", password: key }, "team/none", "latest"),
      401,
    );
    await isSettled();
  });

  it("a key that goes from a Secret that was there: the Secret stays, with what is somebody else's", async () => {
    const { api } = world.cluster;
    const path = "/api/v1/namespaces/keys/secrets/zot-builds";
    api.put(
      {
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name: "zot-builds", namespace: "keys", labels: { app: "theirs" } },
        type: "kubernetes.io/dockerconfigjson",
        data: { theirs: "dGhlaXJz" },
      },
      "somebody",
    );
    await deploys({ ...least, keys: firstWish.keys });
    await deploys({ keys: {} });
    assert.deepEqual(
      (api.get(path)?.["data"] as Record<string, string> | undefined)?.["theirs"],
      "dGhlaXJz",
    );
    await isSettled();
  });

  it("a key whose target changes while the new one is away: the old one is withdrawn afterwards", async () => {
    await deploys({ ...least, keys: firstWish.keys });
    const [builds] = Object.values(firstWish.keys);
    // The name that the Secret has the registry under changes as well.
    world.wish = {
      ...world.wish,
      domain: "lima.test",
      keys: { builds: { ...(builds ?? assert.fail()), to: "forgejo" } },
    };
    await world.configure();
    await world.break("forge away");
    const run = await world.deploy();
    assert.ok(!run.ok, "a forge that is away took a key");
    assert.ok(isThere("/api/v1/namespaces/keys/secrets/zot-builds"));
    await world.mend();
    await deploys();
    assert.ok(
      !isThere("/api/v1/namespaces/keys/secrets/zot-builds"),
      "the Secret of before holds a revoked key",
    );
    await isSettled();
  });

  it("a controller that answers for each listener: the route is accepted", async () => {
    world.cluster.byListener = true;
    await deploys({ ...least, gateways: ["private"] });
    await isSettled();
  });

  it("a rotation is called handed out after its proof, in the smallest stack as well", async () => {
    await deploys(least);
    const { deployment } = JSON.parse(world.project.export()) as {
      deployment: {
        resources: { type: string; urn: string; parent?: string; dependencies?: string[] }[];
      };
    };
    const all = new Map(deployment.resources.map((resource) => [resource.urn, resource]));
    const reach = (urn: string, seen = new Set<string>()): Set<string> => {
      for (const next of all.get(urn)?.dependencies ?? [])
        if (!seen.has(next)) reach(next, seen.add(next));
      return seen;
    };
    const named = (name: string) => [...all.keys()].find((urn) => urn.endsWith(`::${name}`)) ?? "";
    assert.ok(
      reach(named("rotation-handed-out")).has(named("proof")),
      "handed out, and not proved",
    );
    assert.ok(reach(named("registry")).has(named("proof")), "verified, and not proved");
  });
});
