import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  ClusterProject,
  needsCluster,
  removeNamespaces,
  type PulumiRun,
  type TestCluster,
} from "../support/clusterProject";
import { heldCredentials } from "../support/pollAndPull";
import { isSkipped } from "../support/skip";

const namespace = "zot-fleet-identity";
const [team, other] = ["zot-fleet-identity-team", "zot-fleet-identity-other"];
const host = "oci.identity.test";
const stack = "identity";

describe("what a cluster and its objects are known by", function () {
  this.timeout(1_800_000);
  let cluster: TestCluster;
  let project: ClusterProject;
  let config: Record<string, unknown> & { cluster: Record<string, unknown> };

  before(async function () {
    cluster = await needsCluster(this, "0.1.122");
    await removeNamespaces(cluster, namespace, team, other);
    // Somebody else's, as far as the stack knows.
    await cluster.kubectl("create", "namespace", namespace);
    project = new ClusterProject();
    config = {
      cluster: {
        name: "first",
        context: cluster.context,
        domain: host.replace("oci.", ""),
        gateways: [],
      },
      registry: { namespace },
      chart: { source: cluster.chart("0.1.122") },
      pullSecrets: [{ namespace: team }],
      apiKeys: [
        {
          name: "builds",
          account: "ci",
          deliver: [{ to: "kubernetes", namespace: team, name: "zot-ci" }],
        },
      ],
      seeds: [
        {
          image: "demo/kept",
          tags: ["1.0"],
          onRemove: "delete",
          archives: { "linux/amd64": await project.archive("kept", "linux/amd64") },
        },
      ],
    };
    await project.configure(stack, config);
    await project.pulumi(["stack", "init", stack]);
    done(await project.up(stack));
  });

  after(async function () {
    if (isSkipped(this)) return;
    await project.pulumi(["destroy", "--stack", stack, "--yes", "--skip-preview"]);
    await removeNamespaces(cluster, namespace, team, other);
    project.remove();
  });

  function done({ code, output }: PulumiRun): string {
    assert.equal(code, 0, output);
    return output;
  }

  const field = (path: string, ...object: string[]) =>
    cluster.kubectl("get", ...object, "--ignore-not-found", "-o", `jsonpath={${path}}`);

  /** The UIDs of what clients and the registry use: a deletion gives another one. */
  async function uids(): Promise<string[]> {
    const objects = [
      ["-n", namespace, "secret", "zot-secret"],
      ["-n", namespace, "pod", "zot-0"],
      ["-n", namespace, "pvc", "zot-pvc-zot-0"],
      ["-n", team, "secret", "zot-pull-secret"],
      ["-n", team, "secret", "zot-ci"],
    ];
    const found = await Promise.all(objects.map((each) => field(".metadata.uid", ...each)));
    assert.ok(
      found.every((uid) => uid !== ""),
      found.join(),
    );
    return found;
  }

  const enforced = () =>
    field(".metadata.labels.pod-security\\.kubernetes\\.io/enforce", "namespace", namespace);

  it("labels no namespace that it did not make", async () => {
    assert.equal(await enforced(), "");
    done(await project.preview(stack));
  });

  it("stays as it is where the cluster is called otherwise", async () => {
    const before = await uids();
    await project.configure(stack, { ...config, cluster: { ...config.cluster, name: "second" } });
    done(await project.preview(stack));
    done(await project.up(stack));
    assert.deepEqual(await uids(), before);
    assert.match(await project.state(stack), /zot-fleet:first\/builds/);
  });

  it("stays as it is where the context is called otherwise", async () => {
    const before = await uids();
    const kubeconfig = join(project.folder, "renamed-context");
    const text = readFileSync(process.env["KUBECONFIG"] ?? "", "utf8");
    writeFileSync(kubeconfig, text);
    await cluster.kubectl(
      ...["--kubeconfig", kubeconfig, "config", "rename-context", cluster.context, "renamed"],
    );
    const renamed = { ...config.cluster, context: "renamed" };
    await project.configure(stack, { ...config, cluster: renamed });
    const up = ["up", "--stack", stack, "--yes", "--skip-preview"];
    done(await project.pulumi(up, { KUBECONFIG: kubeconfig }));
    assert.deepEqual(await uids(), before);
    await project.configure(stack, config);
    done(await project.up(stack));
  });

  it("refuses to move the registry, or to change its claim's class, and names the line", async () => {
    const before = await uids();
    for (const [registry, words] of [
      [{ namespace: other }, new RegExp(`zot-fleet:registry\\.namespace .*Set it to ${namespace}`)],
      [
        { namespace, storage: { class: "no-such-class" } },
        /zot-fleet:registry\.storage\.class is no-such-class/,
      ],
    ] as const) {
      await project.configure(stack, { ...config, registry });
      const { code, output } = await project.up(stack);
      assert.notEqual(code, 0);
      assert.match(output.replaceAll(/\s+/g, " "), words);
    }
    assert.deepEqual(await uids(), before);
    await project.configure(stack, config);
    done(await project.preview(stack));
  });

  it("moves a pull secret with its namespace, and keeps a key that is called otherwise where it is", async () => {
    const [key] = config["apiKeys"] as object[];
    await project.configure(stack, {
      ...config,
      pullSecrets: [{ namespace: other }],
      apiKeys: [{ ...key, name: "renamed" }],
    });
    done(await project.up(stack));
    assert.equal(await field(".metadata.name", "-n", team, "secret", "zot-pull-secret"), "");
    assert.equal((await heldCredentials(cluster.context, other, host)).username, "puller-1");
    assert.equal(await field(".metadata.name", "-n", team, "secret", "zot-ci"), "zot-ci");
    done(await project.preview(stack));
    await project.configure(stack, config);
    done(await project.up(stack));
    await uids();
  });

  it("goes on with a cluster that was built anew by one line, with the passwords that were", async () => {
    const held = await heldCredentials(cluster.context, team, host);
    const uid = await field(".metadata.uid", "namespace", "kube-system");
    const file = join(project.folder, "state.json");
    const state = await project.state(stack);
    const before = "11111111-2222-3333-4444-555555555555";
    writeFileSync(file, state.replaceAll(uid, before));
    await project.pulumi(["stack", "import", "--stack", stack, "--file", file]);
    await removeNamespaces(cluster, namespace, team, other);
    // A key goes to a namespace that is there.
    await cluster.kubectl("create", "namespace", team);
    const refused = await project.up(stack);
    assert.notEqual(refused.code, 0);
    assert.ok(refused.output.includes(`rebind: ${uid}`), refused.output);
    await project.configure(stack, { ...config, cluster: { ...config.cluster, rebind: uid } });
    const plain = await project.up(stack);
    assert.notEqual(plain.code, 0);
    assert.match(plain.output, /pulumi up --refresh/);
    done(await project.pulumi(["up", "--refresh", "--stack", stack, "--yes", "--skip-preview"]));
    assert.deepEqual(await heldCredentials(cluster.context, team, host), held);
    await uids();
    assert.equal(await enforced(), "restricted");
    done(await project.preview(stack));
    done(await project.pulumi(["refresh", "--stack", stack, "--yes", "--skip-preview"]));
    done(await project.preview(stack));
  });

  it("ends refreshes and destroys where the registry is down, says what it left, and keeps the images", async () => {
    await cluster.kubectl("-n", namespace, "scale", "statefulset", "zot", "--replicas", "0");
    await cluster.kubectl(
      ...["-n", namespace, "wait", "--for=delete", "pod/zot-0", "--timeout=120s"],
    );
    const refreshed = done(
      await project.pulumi(["refresh", "--stack", stack, "--yes", "--skip-preview"]),
    );
    assert.match(refreshed, /demo\/kept: a refresh could not look at it/);
    const destroyed = done(
      await project.pulumi(["destroy", "--stack", stack, "--yes", "--skip-preview"]),
    );
    assert.match(destroyed, /zot-fleet:first\/builds could not be revoked/);
    assert.equal(await field(".status.phase", "-n", namespace, "pvc", "zot-pvc-zot-0"), "Bound");
    const output = done(await project.up(stack));
    assert.match(output, /demo\/kept: present/);
  });
});
