import assert from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import { selfSigned } from "../support/certificates";
import {
  ClusterProject,
  needsCluster,
  removeNamespaces,
  type TestCluster,
} from "../support/clusterProject";
import { ownAddress, startIssuer, type RunningIssuer } from "../support/oidc/issuer";
import { isSkipped, skipBecause } from "../support/skip";
import { verificationOf } from "../support/stateOf";

const namespace = "zot-fleet-oidc";
const callback = "https://oci.oidc.test/zot/auth/callback/oidc";
const secrets = ["c4n4ry-first", "c4n4ry-second"] as const;

describe("a cluster's registry that people sign in to", function () {
  this.timeout(300_000);
  let cluster: TestCluster;
  let project: ClusterProject;
  let issuer: RunningIssuer;
  let configured: (change?: object, secret?: string) => Promise<void>;
  let known: (secret: string, port?: number) => Promise<RunningIssuer>;

  before(async function () {
    cluster = await needsCluster(this, "0.1.122");
    const address = ownAddress() ?? skipBecause("this machine has no address of its own", this);
    const tls = selfSigned([`IP:${address}`]);
    known = (secret, port = 0) =>
      startIssuer({ tls, address, port, clients: [{ id: "zot", secret, callback }], people: {} });
    issuer = await known(secrets[0]);
    await removeNamespaces(cluster, namespace);
    project = new ClusterProject();
    configured = async (change = {}, secret = secrets[0]) => {
      await project.configure("oidc", {
        cluster: { name: "oidc", context: cluster.context, domain: "oidc.test", gateways: [] },
        registry: { namespace },
        chart: { source: cluster.chart("0.1.122") },
        access: { roles: { ci: ["group:builders"] } },
        oidc: { issuer: issuer.url, clientId: "zot", ca: tls.cert, ...change },
        oidcClientSecret: secret,
      });
    };
    await project.pulumi(["stack", "init", "oidc"]);
    await configured();
  });

  after(async function () {
    if (isSkipped(this)) return;
    await issuer.stop();
    await project.pulumi(["destroy", "--stack", "oidc", "--yes", "--skip-preview"]);
    await removeNamespaces(cluster, namespace);
    project.remove();
  });

  const get = (...args: string[]) => cluster.kubectl("-n", namespace, "get", ...args);
  const podId = () => get("pod", "zot-0", "-o", "jsonpath={.metadata.uid}");

  /** The files of the registry's Secret. */
  async function files(): Promise<Record<string, string>> {
    const data = JSON.parse(await get("secret", "zot-secret", "-o", "jsonpath={.data}")) as object;
    const decode = (text: string) => Buffer.from(text, "base64").toString();
    return Object.fromEntries(
      Object.entries(data).map(([name, text]) => [name, decode(text as string)]),
    );
  }

  async function signingIn(): Promise<string[]> {
    const results = verificationOf(await project.state("oidc"));
    return results
      .filter(({ code }) => code.startsWith("ZF6"))
      .map(({ code, status }) => `${code} ${status}`);
  }

  const allPassed = ["ZF601", "ZF602", "ZF603", "ZF604", "ZF605"].map((code) => `${code} passed`);

  it("is not begun where Zot could not use the provider", async () => {
    await configured({ issuer: `${issuer.url}/` });
    const { code, output } = await project.up("oidc");
    assert.notEqual(code, 0);
    assert.match(output, /ZF601 failed.*differs by the slash at its end/);
    assert.equal(await cluster.kubectl("get", "namespace", namespace, "--ignore-not-found"), "");
    await configured();
  });

  it("is up and verified by one pulumi up, which tells the callback; a preview after it is empty", async () => {
    const { code, output } = await project.up("oidc");
    assert.equal(code, 0, output);
    assert.match(output, /oidcCallback *: "https:\/\/oci\.oidc\.test\/zot\/auth\/callback\/oidc"/);
    assert.deepEqual(await signingIn(), allPassed);
    const again = await project.preview("oidc");
    assert.equal(again.code, 0, again.output);
  });

  it("is looked at by hand in the same words, and tells its callback", async () => {
    const only = allPassed.map((line) => line.split(" ")[0]).join();
    const told = await project.fleet("verify", "-s", "oidc", "--only", only, "-o", "json");
    const { results } = JSON.parse(told) as { results: { code: string; status: string }[] };
    assert.deepEqual(
      results.map(({ code, status }) => `${code} ${status}`),
      allPassed,
    );
    assert.ok(!told.includes(secrets[0]));
    const output = await project.pulumi(["stack", "output", "oidcCallback", "--stack", "oidc"]);
    assert.equal(output.output.trim(), callback);
  });

  it("keeps secret and keys out of Helm, the config, the pod and the plain state", async () => {
    const { "session-keys.json": keys = "{}" } = await files();
    const hidden = [secrets[0], ...Object.values(JSON.parse(keys) as Record<string, string>)];
    assert.equal(hidden.length, 3);
    const stored = await get(
      ...["secret", "-l", "owner=helm", "-o", "jsonpath={.items[*].data.release}"],
    );
    const release = Buffer.from(Buffer.from(stored, "base64").toString(), "base64");
    const places = {
      release: gunzipSync(release).toString(),
      rest: await get("configmap,pod,statefulset,service", "-o", "yaml"),
      state: await project.state("oidc"),
    };
    for (const [place, text] of Object.entries(places))
      for (const secret of hidden) assert.ok(!text.includes(secret), place);
  });

  it("rolls the pod for another secret, and keeps the session keys", async () => {
    const before = { pod: await podId(), files: await files() };
    const { port } = issuer;
    await issuer.stop();
    issuer = await known(secrets[1], port);
    await configured({}, secrets[1]);
    const { code, output } = await project.up("oidc");
    assert.equal(code, 0, output);
    assert.ok(!secrets.some((secret) => output.includes(secret)));
    assert.notEqual(await podId(), before.pod);
    const after = await files();
    assert.equal(after["session-keys.json"], before.files["session-keys.json"]);
    assert.notEqual(after["oidc-credentials.json"], before.files["oidc-credentials.json"]);
    assert.deepEqual(await signingIn(), allPassed);
    const again = await project.preview("oidc");
    assert.equal(again.code, 0, again.output);
  });

  it("is left as it is where the provider has another secret, and says how to mend it", async () => {
    const before = await podId();
    await configured({}, secrets[0]);
    const { code, output } = await project.up("oidc");
    assert.notEqual(code, 0);
    assert.match(output, /ZF605 failed[^]*pulumi config set --secret oidcClientSecret/);
    assert.ok(!secrets.some((secret) => output.includes(secret)));
    assert.equal(await podId(), before);
  });
});
