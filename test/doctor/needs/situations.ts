import { parseStackConfig } from "../../../src/config/stack";
import type { ClusterSight, PulumiFacts, Situation } from "../../../src/doctor/needs/situation";

const declared = parseStackConfig({
  cluster: {
    name: "ottawa",
    context: "ottawa",
    domain: "killinit.cc",
    gateways: ["infra/private"],
  },
  seeds: [
    {
      image: "team/app",
      tags: ["1.0"],
      archives: { "linux/amd64": "images/app.tar" },
      rollouts: [{ namespace: "team", name: "app" }],
    },
  ],
});

const sight: ClusterSight = {
  lacking: { found: { preview: [], up: [] } },
  storageClasses: { found: [{ name: "fast", isDefault: true }] },
  release: { found: undefined },
  gateways: [
    {
      found: {
        namespace: "infra",
        name: "private",
        listeners: [{ name: "https", protocol: "HTTPS" }],
        addresses: ["192.0.2.7"],
        certificates: new Map(),
      },
    },
  ],
  certificates: [],
};

const pulumi: PulumiFacts = {
  tool: { path: "/bin/pulumi", version: "3.250.0" },
  backend: { user: "ada", url: "file:///states" },
  stack: "empty",
  secretsProblem: { found: undefined },
  runsNode: true,
  plugins: new Map([["kubernetes", ["4.34.2"]]]),
};

/** A stack that may be deployed. */
export const ready: Situation = {
  caller: { program: "zot-fleet", flags: "--stack ottawa", stack: "ottawa" },
  stackFile: "stacks/Pulumi.ottawa.yaml",
  node: { version: "20.20.2", wanted: ">=20.19" },
  wantedPulumi: "^3.248.0",
  pulumi,
  downloadsPlugins: false,
  plugins: [{ name: "kubernetes", version: "4.34.2", onPath: false }],
  skopeo: { path: "/bin/skopeo", version: "1.9.3" },
  kubectl: { path: "/bin/kubectl", version: "1.34.0" },
  config: { declared },
  seeds: { found: { unlocked: [], absent: [] } },
  chart: { found: { found: "/charts/zot/Chart.yaml" } },
  api: { found: { version: { major: 1, minor: 34 } } },
  cluster: { found: sight },
  host: { found: { addresses: ["192.0.2.7"] } },
  handshake: { found: "trusted" },
};

const without = (...keys: (keyof Situation)[]): Situation =>
  Object.fromEntries(
    Object.entries(ready).filter(([key]) => !keys.includes(key as keyof Situation)),
  ) as unknown as Situation;

const withPulumi = (more: Partial<PulumiFacts>): Situation => ({
  ...ready,
  pulumi: { ...pulumi, ...more },
});

const withSight = (more: Partial<ClusterSight>): Situation => ({
  ...ready,
  cluster: { found: { ...sight, ...more } },
});

const oldRelease = { name: "zot/zot", revision: 3, chart: "zot-0.1.98", writer: "helm" };

/** Each need broken once: its code, the situation, what is told, and of the fix what has to be in it. */
export const broken: readonly [code: string, situation: Situation, detail: RegExp, fix: RegExp][] =
  [
    [
      "ZD501",
      { ...ready, node: { version: "18.0.0", wanted: ">=20.19" } },
      /18\.0\.0, and >=20\.19 is needed/,
      /npm ci/,
    ],
    ["ZD502", without("pulumi"), /not on PATH/, /docs\/install/],
    [
      "ZD502",
      withPulumi({ tool: { path: "/bin/pulumi", version: "3.1.0" } }),
      /3\.1\.0 at \/bin\/pulumi/,
      /Install/,
    ],
    ["ZD503", withPulumi({ backend: { problem: "must be set" } }), /must be set/, /pulumi login/],
    ["ZD504", withPulumi({ stack: "none" }), /no stack ottawa/, /pulumi stack init ottawa/],
    [
      "ZD505",
      withPulumi({ secretsProblem: { found: "incorrect passphrase" } }),
      /incorrect passphrase/,
      /PULUMI_CONFIG_PASSPHRASE_FILE/,
    ],
    [
      "ZD506",
      withPulumi({ plugins: new Map([["kubernetes", ["4.0.0"]]]) }),
      /kubernetes 4\.34\.2/,
      /plugin install resource kubernetes v4\.34\.2/,
    ],
    [
      "ZD506",
      { ...ready, plugins: [{ name: "kubernetes", onPath: false }] },
      /not installed/,
      /npm ci/,
    ],
    [
      "ZD506",
      withPulumi({ runsNode: false }),
      /pulumi-language-nodejs.*neither on PATH nor beside \/bin\/pulumi/,
      /docs\/install/,
    ],
    ["ZD507", without("skopeo"), /not on PATH/, /apt-get install skopeo/],
    [
      "ZD507",
      { ...ready, skopeo: { path: "/bin/skopeo", version: "1.2.2" } },
      /1\.2\.2.*1\.9\.3 and newer/,
      /apt-get/,
    ],
    ["ZD508", without("kubectl"), /restart workloads/, /kubernetes\.io/],
    ["ZD509", { ...ready, config: { declared, problem: "zot-fleet:x" } }, /zot-fleet:x/, /Correct/],
    [
      "ZD510",
      { ...ready, seeds: { found: { unlocked: ["team/app: not locked"], absent: [] } } },
      /not locked/,
      /zot-fleet lock/,
    ],
    [
      "ZD510",
      { ...ready, seeds: { found: { unlocked: [], absent: ["images/app.tar"] } } },
      /no archive images\/app\.tar/,
      /Bring the archive/,
    ],
    [
      "ZD511",
      { ...ready, chart: { found: { problem: "no Chart.yaml" } } },
      /no Chart/,
      /chart\.source/,
    ],
    [
      "ZD512",
      { ...ready, api: { found: { noContext: "no context" } } },
      /no context/,
      /KUBECONFIG/,
    ],
    [
      "ZD513",
      { ...ready, api: { found: { problem: "ECONNREFUSED" } } },
      /REFUSED/,
      /kubectl --context/,
    ],
    [
      "ZD514",
      withSight({
        lacking: {
          found: {
            preview: [{ group: "", resource: "secrets", verb: "list", namespace: "zot" }],
            up: [],
          },
        },
      }),
      /may not: list secrets in zot/,
      /\{ apiGroups: \[""\], resources: \[secrets\], verbs: \[list\] \}/,
    ],
    [
      "ZD515",
      withSight({
        lacking: {
          found: { preview: [], up: [{ group: "", resource: "namespaces", verb: "create" }] },
        },
      }),
      /may not: create namespaces$/,
      /verbs: \[create\]/,
    ],
    [
      "ZD516",
      withSight({ storageClasses: { found: [{ name: "slow", isDefault: false }] } }),
      /none is the default.*slow/,
      /storage\.class/,
    ],
    [
      "ZD517",
      withSight({ gateways: [{ found: undefined }] }),
      /no Gateway infra\/private/,
      /get gateways/,
    ],
    [
      "ZD518",
      { ...ready, host: { found: { problem: "ENOTFOUND" } } },
      /oci\.killinit\.cc: ENOTFOUND/,
      /leads to 192\.0\.2\.7/,
    ],
    [
      "ZD519",
      { ...ready, handshake: { found: { problem: "not trusted: CERT_HAS_EXPIRED" } } },
      /CERT_HAS_EXPIRED/,
      /certificate for the host name/,
    ],
    [
      "ZD520",
      withSight({ release: { found: oldRelease } }),
      /zot\/zot, revision 3 of zot-0\.1\.98, by helm, and not of this stack/,
      /registry\.adopt: true.*helm status zot --namespace zot/,
    ],
  ];

/** The same with a release there that somebody made, for a stack that may or may not take it over. */
export const withRelease = (
  more: { adopt?: boolean; stack?: PulumiFacts["stack"] } = {},
): Situation => ({
  ...withSight({ release: { found: oldRelease } }),
  pulumi: { ...pulumi, stack: more.stack ?? "empty" },
  config: {
    declared: { ...declared, registry: { ...declared.registry, adopt: more.adopt ?? false } },
  },
});
