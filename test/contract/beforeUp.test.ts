import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { fleet } from "../cli/fleet";
import { selfSigned } from "../support/certificates";
import { KubeApiServer } from "../support/kubeApiServer";
import { isSkipped, skipWithout } from "../support/skip";

const root = join(__dirname, "../..");
const passphrase = "a passphrase that nobody may see";
const group = "gateway.networking.k8s.io";

const definition = (kind: string, plural: string) => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: {
    name: `${plural}.${group}`,
    annotations: { "api-approved.kubernetes.io": "unapproved, a test's" },
  },
  spec: {
    group,
    scope: "Namespaced",
    names: { kind, plural, singular: kind.toLowerCase() },
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
        },
      },
    ],
  },
});

const gateway = (hostname: string) => ({
  apiVersion: `${group}/v1`,
  kind: "Gateway",
  metadata: { namespace: "infra", name: "private" },
  spec: {
    gatewayClassName: "any",
    listeners: [
      {
        name: "https",
        protocol: "HTTPS",
        port: 443,
        hostname,
        allowedRoutes: { namespaces: { from: "All" } },
        tls: { certificateRefs: [{ name: "wildcard" }] },
      },
    ],
  },
  status: {
    addresses: [{ value: "192.0.2.7" }],
    conditions: [{ type: "Accepted", status: "True", message: "" }],
  },
});

const certificate = (name: string) => {
  const { key, cert } = selfSigned([`DNS:${name}`]);
  const data = { "tls.crt": Buffer.from(cert), "tls.key": Buffer.from(key) };
  return {
    apiVersion: "v1",
    kind: "Secret",
    type: "kubernetes.io/tls",
    metadata: { namespace: "infra", name: "wildcard" },
    data: Object.fromEntries(
      Object.entries(data).map(([file, text]) => [file, text.toString("base64")]),
    ),
  };
};

const storageClass = (isDefault: boolean) => ({
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: {
    name: "fast",
    annotations: { "storageclass.kubernetes.io/is-default-class": String(isDefault) },
  },
  provisioner: "none",
});

interface Line {
  code: string;
  state: string;
  detail: string;
  hint?: string;
}

describe("a stack before its first deployment", function () {
  this.timeout(300_000);
  let api: KubeApiServer;
  let folder: string;

  const environment = (user: "admin" | "restricted" = "restricted") => ({
    KUBECONFIG: api.kubeconfig(user),
    PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
    PULUMI_HOME: join(folder, "home"),
    PULUMI_CONFIG_PASSPHRASE: passphrase,
  });

  /** What the real command tells, by code; all that it printed has no secret. */
  async function looked(env: Record<string, string> = {}) {
    const args = ["doctor", "--stack", "ottawa", "-o", "json"];
    const { code, stdout, stderr } = await fleet(args, {
      cwd: folder,
      env: { ...environment(), ...env },
    });
    assert.doesNotMatch(stdout + stderr, new RegExp(passphrase));
    assert.equal(stderr, "");
    const { needs } = JSON.parse(stdout) as { needs: Line[] };
    return { code, of: new Map(needs.map((each) => [each.code, each])) };
  }

  before(async function () {
    skipWithout("pulumi", this);
    skipWithout("openssl", this);
    api = await KubeApiServer.started(this);
    folder = mkdtempSync(join(tmpdir(), "zot-fleet-before-up-"));
    for (const name of ["stacks", "state", "chart"]) mkdirSync(join(folder, name));
    cpSync(join(root, "Pulumi.yaml"), join(folder, "Pulumi.yaml"));
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    writeFileSync(join(folder, "chart/Chart.yaml"), "name: zot\n");
    await api.apply(definition("Gateway", "gateways"), definition("HTTPRoute", "httproutes"));
    await api.kubectl("wait", "--for=condition=Established", `crd/gateways.${group}`);
    await api.kubectl("create", "namespace", "infra");
    await api.apply(gateway("*.rights.test"), certificate("oci.rights.test"), storageClass(true));
    await api.kubectl("apply", "-f", join(root, "examples/rbac/deploy.yaml"));
    for (const role of ["zot-fleet-cluster", "zot-fleet-deploy"])
      await api.kubectl(
        ...["create", "clusterrolebinding", `${role}-restricted`, "--user=restricted"],
        `--clusterrole=${role}`,
      );
  });

  after(async function () {
    if (isSkipped(this)) return;
    rmSync(folder, { recursive: true, force: true });
    await api.stop();
  });

  it("is written by init, which ends with what the deployment needs", async () => {
    const args = ["init", "ottawa", "--domain", "rights.test", "--yes"];
    const { code, stdout, stderr } = await fleet(args, { cwd: folder, env: environment("admin") });
    assert.equal(code, 0, stderr);
    assert.match(stdout, /× missing {2}ZD504 {2}stack: there is no stack ottawa at file:/);
    assert.match(stdout, /√ fine {5}ZD517 {2}gateways: infra\/private is accepted/);
    assert.match(stdout, /Next:\n\n {2}pulumi stack init ottawa\n.*doctor --stack ottawa\n/);
    appendFileSync(
      join(folder, "stacks/Pulumi.ottawa.yaml"),
      "  zot-fleet:chart: { source: ./chart }\n",
    );
    await promisify(execFile)("pulumi", ["stack", "init", "ottawa", "--non-interactive"], {
      cwd: folder,
      env: { ...process.env, ...environment() },
    });
  });

  it("lacks nothing but DNS, with the printed rights and no more", async () => {
    const { code, of } = await looked();
    const wrong = [...of.values()].filter(({ state }) => state !== "fine");
    const plugins = of.get("ZD506")?.state === "unseen" ? ["ZD506"] : [];
    assert.deepEqual(
      wrong.map((each) => each.code),
      [...plugins, "ZD518"],
      JSON.stringify(wrong, null, 1),
    );
    assert.match(of.get("ZD518")?.hint ?? "", /oci\.rights\.test that leads to 192\.0\.2\.7/);
    assert.equal(code, 1);
  });

  it("names a right that is taken away, with the rule to add", async () => {
    const role = JSON.parse(
      await api.kubectl("get", "clusterrole", "zot-fleet-deploy", "-o", "json"),
    ) as { rules: { resources: string[]; verbs: string[] }[] };
    const less = structuredClone(role);
    for (const rule of less.rules)
      if (rule.resources.includes("httproutes"))
        rule.verbs = rule.verbs.filter((verb) => verb !== "patch");
    const put = async (object: object) => {
      const file = join(folder, "role.json");
      writeFileSync(file, JSON.stringify(object));
      await api.kubectl("replace", "--force", "-f", file);
    };
    await put(less);
    const { of } = await looked();
    await put(role);
    for (const code of ["ZD514", "ZD515"]) {
      const { state, detail, hint } = of.get(code) ?? {};
      assert.equal(state, "missing");
      assert.match(detail ?? "", /may not: patch httproutes\.gateway\.networking\.k8s\.io in zot$/);
      assert.match(
        hint ?? "",
        /\{ apiGroups: \[gateway.networking.k8s.io\], resources: \[httproutes\], verbs: \[patch\] \}/,
      );
    }
  });

  it("names what the cluster does not have", async () => {
    await api.apply(gateway("*.other.test"), certificate("other.test"), storageClass(false));
    const wrong = (await looked()).of;
    await api.apply(gateway("*.rights.test"));
    const covered = (await looked()).of;
    await api.kubectl("-n", "infra", "delete", `gateways.${group}`, "private");
    const gone = (await looked()).of;
    await api.apply(gateway("*.rights.test"), certificate("oci.rights.test"), storageClass(true));
    assert.match(wrong.get("ZD517")?.detail ?? "", /https: it serves \*\.other\.test/);
    assert.match(wrong.get("ZD516")?.detail ?? "", /none is the default.*there are fast/);
    assert.match(covered.get("ZD519")?.detail ?? "", /certificate is for DNS:other\.test, not oci/);
    assert.match(gone.get("ZD517")?.detail ?? "", /there is no Gateway infra\/private/);
  });

  it("names what this machine does not have", async () => {
    const wrong = (await looked({ PULUMI_CONFIG_PASSPHRASE: "another one" })).of;
    assert.match(wrong.get("ZD505")?.detail ?? "", /incorrect passphrase/);
    const out = (await looked({ PULUMI_BACKEND_URL: "file:///nowhere/at/all" })).of;
    assert.match(out.get("ZD503")?.detail ?? "", /nowhere/);
    const context = join(folder, "other.kubeconfig");
    const other = readFileSync(api.kubeconfig(), "utf8").replaceAll("ottawa", "lima");
    writeFileSync(context, other);
    const elsewhere = (await looked({ KUBECONFIG: context })).of;
    assert.match(elsewhere.get("ZD512")?.detail ?? "", /no context "ottawa": it has lima/);
    assert.equal(elsewhere.get("ZD515")?.state, "unseen");
    const silent = readFileSync(api.kubeconfig(), "utf8").replace(
      /127\.0\.0\.1:\d+/,
      "127.0.0.1:1",
    );
    writeFileSync(context, silent);
    const dead = (await looked({ KUBECONFIG: context })).of;
    assert.match(dead.get("ZD513")?.detail ?? "", /ECONNREFUSED/);
  });
});
