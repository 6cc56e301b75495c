import assert from "node:assert/strict";
import { join } from "node:path";
import { withPortForward } from "../../src/cluster/portForward";
import { RegistryClient, type Credentials } from "../../src/registry/client";
import { readPreview } from "../../src/reports/preview/readPreview";
import {
  ClusterProject,
  needsCluster,
  removeNamespaces,
  type TestCluster,
} from "../support/clusterProject";
import { idleWorkload } from "../support/idleWorkload";
import { kubectlProxy } from "../support/kubectlProxy";
import { playGateways } from "../support/playedGateways";
import { heldCredentials } from "../support/pollAndPull";
import { needsCommit } from "../support/program";
import { pushFile } from "../support/pushFile";
import { isSkipped } from "../support/skip";

const namespace = "zot-fleet-earlier";
const team = "zot-fleet-earlier-team";
const host = "oci.earlier.test";
const app = { namespace: team, kind: "Deployment", name: "app" } as const;

/** Of what is looked at. A Helm release is a Secret. */
const kinds =
  "pods,pvc,secrets,configmaps,services,serviceaccounts,statefulsets,deployments,httproutes";

/** Earlier versions, and what of today's program their states lack: records of the state alone. */
const versions: Readonly<Record<string, readonly string[]>> = {
  // The one that the states in test/fixtures are of.
  "6bba8a3": ["KeyRevocationEnd", "RegistryPlace", "ReleaseRepair"],
  // Before a whole registry was one component.
  "7b306ae": [],
};

/** What has another name by now. */
interface Words {
  registry: Record<string, unknown>;
  checks: Record<string, unknown>;
  key: Record<string, unknown>;
}
const wordsOfThen: Words = {
  registry: { startupMinutes: 6 },
  checks: { clockSkewSeconds: 90 },
  key: { expiresAfterDays: 60, renewBeforeDays: 10 },
};
const wordsOfToday: Words = {
  registry: { startupTimeout: "6m" },
  checks: { clockSkew: "90s" },
  key: { expiresAfter: "60d", renewBefore: "10d" },
};

for (const [commit, lacking] of Object.entries(versions))
  describe(`a registry that the version of ${commit} deployed`, function () {
    this.timeout(1_800_000);
    let cluster: TestCluster;
    let project: ClusterProject;
    let api: Awaited<ReturnType<typeof kubectlProxy>>;
    let gateways: ReturnType<typeof playGateways>;
    let archives: Record<string, string>;
    /** Everything in the cluster, what the registry holds, and the login of its clients, before the upgrade. */
    let was: { objects: Record<string, string>; images: string[]; client: Credentials };

    before(async function () {
      needsCommit(commit, this);
      cluster = await needsCluster(this, "0.1.122");
      project = new ClusterProject(commit);
      api = await kubectlProxy(cluster.context);
      gateways = playGateways(api.client, namespace);
      await removeNamespaces(cluster, namespace, team);
      await cluster.kubectl("create", "namespace", team);
      await cluster.apply(idleWorkload(app), ...["private", "public"].map(gateway));
      archives = {
        "linux/amd64": await project.archive("app", "linux/amd64"),
        "linux/arm64": await project.archive("app", "linux/arm64"),
      };
      await project.configure("earlier", configOf(wordsOfThen));
      const { code, output } = await project.up("earlier");
      assert.equal(code, 0, output);
      await pushAsCi();
      const client = await heldCredentials(cluster.context, team, host);
      was = { objects: await objects(), images: await images(client), client };
    });

    after(async function () {
      if (isSkipped(this)) return;
      await project.pulumi(["destroy", "--stack", "earlier", "--yes", "--skip-preview"]);
      gateways.stop();
      api.stop();
      await removeNamespaces(cluster, namespace, team);
      project.remove();
    });

    const gateway = (name: string) => ({
      apiVersion: "gateway.networking.k8s.io/v1",
      kind: "Gateway",
      metadata: { name, namespace: team },
      spec: {
        gatewayClassName: "zot-fleet-none",
        listeners: [{ name: "https", port: 80, protocol: "HTTP" }],
      },
    });

    const configOf = ({ registry, checks, key }: Words) => ({
      cluster: {
        name: "earlier",
        context: cluster.context,
        domain: "earlier.test",
        gateways: [
          { name: "private", namespace: team },
          { name: "public", namespace: team, section: "https" },
        ],
      },
      registry: { namespace, ...registry },
      chart: { source: cluster.chart("0.1.122") },
      endpoint: { via: "port-forward" },
      adminPassword: "kept since the first day",
      rotation: 2,
      pullSecrets: [{ namespace: team, attach: true }],
      seeds: [{ image: "team/app", tags: ["1.0", "latest"], archives, rollouts: [app] }],
      access: {
        tier: "read-public",
        moving: ["canary"],
        groups: { team: ["ana"] },
        rules: [{ repositories: "team/**", tier: "private" }],
      },
      upstreams: ["docker.io", { name: "ghcr.io", allow: ["project-zot/**"] }],
      retention: { rules: [{ repositories: "team/**", keep: [{ mostRecentlyPushedCount: 20 }] }] },
      apiKeys: [
        {
          name: "builds",
          account: "ci",
          ...key,
          deliver: [{ to: "kubernetes", namespace: team, name: "zot-ci" }],
        },
      ],
      zot: { metrics: true },
      checks,
    });

    const reached = <T>(work: (url: string) => Promise<T>) =>
      withPortForward({ context: cluster.context, namespace, service: "zot", port: 5000 }, work);

    async function pushAsCi(): Promise<void> {
      const told = ["stack", "output", "ci", "--show-secrets", "--json", "--stack", "earlier"];
      const credentials = JSON.parse((await project.pulumi(told)).stdout) as Credentials;
      const archive = join(project.folder, await project.archive("pushed", "linux/amd64"));
      const image = { repository: "team/pushed", tag: "v1", compression: "gzip" } as const;
      await reached((url) => pushFile({ archive, address: { url }, credentials, ...image }));
    }

    /** What a client sees: every tag, with its digest. */
    const images = (credentials: Credentials) =>
      reached(async (url) => {
        const client = new RegistryClient({ url, credentials });
        const found: string[] = [];
        for await (const repository of client.catalog())
          for await (const tag of client.tags(repository)) {
            const manifest = await client.headManifest(repository, tag);
            found.push(`${repository}:${tag} ${manifest?.digest ?? "is gone"}`);
          }
        await client.close();
        return found.sort();
      });

    /** What tells whether an object is the one that it was, and as it was: a status is nobody's wish. */
    async function objects(): Promise<Record<string, string>> {
      const lists = [namespace, team].map(async (place) => {
        const all = ["-n", place, "get", kinds, "-o", "json"];
        const own = ["get", "namespace", place, "-o", "json"];
        const { items } = JSON.parse(await cluster.kubectl(...all)) as { items: Live[] };
        return [...items, JSON.parse(await cluster.kubectl(...own)) as Live];
      });
      const found = (await Promise.all(lists)).flat().map(({ kind, metadata }) => {
        const { name, uid, generation, resourceVersion, namespace: place = "" } = metadata;
        return [`${kind} ${place}/${name}`, `${uid} ${generation ?? resourceVersion}`];
      });
      return Object.fromEntries(found) as Record<string, string>;
    }

    /** What a preview says would be done: the operation, the kind and the name. */
    async function steps(): Promise<string[]> {
      const { code, stdout, output } = await project.pulumi([
        ...["preview", "--json", "--stack", "earlier"],
      ]);
      assert.equal(code, 0, output);
      // Warnings come before it.
      return readPreview(stdout.slice(stdout.indexOf("{\n")), "earlier")
        .steps.filter(({ op }) => op !== "same" && op !== "read")
        .map(({ op, urn }) => [op, ...urn.split("::").slice(2)].join(" "))
        .sort();
    }

    it("is previewed by today's program without a change of any object", async () => {
      project.upgrade();
      const ours = (await steps()).filter((step) => !/ pulumi:providers:\S+ default/.test(step));
      assert.deepEqual(
        ours.map((step) => step.replace(/^(\S+) \S+zot-fleet:(\w+) \S+$/, "$1 $2")),
        lacking.map((type) => `create ${type}`),
      );
    });

    it("is deployed and verified by it, and nothing in the cluster is another one or has changed", async () => {
      const { code, output } = await project.up("earlier");
      assert.equal(code, 0, output);
      assert.deepEqual(await objects(), was.objects);
      await project.fleet("verify", "--stack", "earlier");
    });

    it("holds every image, for the login that clients had", async () => {
      assert.deepEqual(await images(was.client), was.images);
      assert.deepEqual(
        was.images.map((image) => image.split(" ")[0]),
        [
          ...["1.0", "1.0-amd64", "1.0-arm64", "latest"].map((tag) => `team/app:${tag}`),
          "team/pushed:v1",
        ],
      );
    });

    it("is previewed without a change afterwards, in the words of then and in those of today", async () => {
      assert.deepEqual(await steps(), []);
      await project.configure("earlier", configOf(wordsOfToday));
      assert.deepEqual(await steps(), []);
    });
  });

interface Live {
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    uid: string;
    generation?: number;
    resourceVersion: string;
  };
}
