import assert from "node:assert/strict";
import {
  chartNames,
  chartValues,
  isOurs,
  podLabels,
  type ChartValuesOptions,
} from "../../src/zot/chartValues";
import type { SharedStorage } from "../../src/zot/sharedStorage";
import { zotConfig } from "../../src/zot/zotConfig";

const config = zotConfig({
  version: "2.1.18",
  address: "0.0.0.0",
  port: 5000,
  rootDirectory: "/var/lib/registry",
  htpasswdPath: "/secret/htpasswd",
  admins: ["admin"],
});
const written = JSON.stringify(config, null, 2);

const shared: SharedStorage = {
  s3: { bucket: "images", region: "eu-west-1", prefix: "ottawa" },
  redis: { addresses: ["redis:6379"], keyPrefix: "ottawa" },
};

const valuesOf = (more: Partial<ChartValuesOptions<string>> = {}) =>
  chartValues({ zotVersion: "2.1.18", config, secretHash: "h4sh", ...more });

/** What no setting changes: how a careful operator would have it. */
const always = {
  service: { type: "ClusterIP", port: 5000 },
  mountSecret: false,
  externalSecrets: [{ secretName: "zot-secret", mountPath: "/secret" }],
  podAnnotations: { "zot-fleet/restarts-when-secret-changes": "h4sh" },
  podSecurityContext: {
    runAsNonRoot: true,
    runAsUser: 1000,
    runAsGroup: 1000,
    fsGroup: 1000,
    fsGroupChangePolicy: "OnRootMismatch",
    seccompProfile: { type: "RuntimeDefault" },
  },
  securityContext: {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ["ALL"] },
  },
};
const image = { repository: "ghcr.io/project-zot/zot", tag: "v2.1.18", pullPolicy: "IfNotPresent" };
const resources = { requests: { cpu: "100m", memory: "256Mi" }, limits: { memory: "1Gi" } };
const goMemory = { name: "GOMEMLIMIT", value: "921MiB" };
const configFiles = { "config.json": written };

describe("chartValues", () => {
  it("are one pod with its claim where nothing is said", () => {
    assert.deepEqual(valuesOf(), {
      ...always,
      image,
      resources,
      replicaCount: 1,
      mountConfig: true,
      configFiles,
      persistence: true,
      pvc: { create: true, storage: "20Gi" },
      startupProbe: { initialDelaySeconds: 1, periodSeconds: 5, failureThreshold: 120 },
      env: [goMemory],
    });
  });

  it("are what the stack file says", () => {
    const values = valuesOf({
      zotVersion: "2.1.20",
      image: "oci.x.test/zot",
      resources: { cpu: "1", memoryLimit: "512Mi" },
      startupTimeout: "61s",
      claimTemplate: { size: "5Gi", storageClass: "fast" },
      trusted: "PEM",
      ownServiceAccount: true,
    });
    assert.deepEqual(values, {
      ...always,
      image: { ...image, repository: "oci.x.test/zot", tag: "v2.1.20" },
      resources: { requests: { cpu: "1", memory: "256Mi" }, limits: { memory: "512Mi" } },
      serviceAccount: { create: false, name: "zot" },
      replicaCount: 1,
      mountConfig: true,
      configFiles: { ...configFiles, "trusted.pem": "PEM" },
      persistence: true,
      pvc: { create: true, storage: "5Gi", storageClassName: "fast" },
      // Rounded up: the pod has the time that was asked for, or more.
      startupProbe: { initialDelaySeconds: 1, periodSeconds: 5, failureThreshold: 13 },
      env: [
        { name: "GOMEMLIMIT", value: "460MiB" },
        { name: "SSL_CERT_DIR", value: "/etc/ssl/certs:/etc/zot" },
      ],
    });
  });

  const overBucket = {
    ...always,
    image,
    resources,
    mountConfig: false,
    configFiles,
    extraArgs: ["serve", "/secret/config.json"],
    persistence: false,
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: "kubernetes.io/hostname",
        whenUnsatisfiable: "ScheduleAnyway",
        labelSelector: { matchLabels: { ...podLabels } },
      },
    ],
    startupProbe: { initialDelaySeconds: 1, periodSeconds: 1, failureThreshold: 600 },
  };

  it("end one pod over a bucket before the next begins", () => {
    const expected = { ...overBucket, replicaCount: 1, strategy: { type: "Recreate" } };
    assert.deepEqual(valuesOf({ shared }), { ...expected, env: [goMemory] });
    assert.deepEqual(valuesOf({ shared, replicas: 1 }), { ...expected, env: [goMemory] });
  });

  it("begin one of several pods before another ends, with the keys of the bucket from the Secret", () => {
    const key = (name: string, key: string) => ({
      name,
      valueFrom: { secretKeyRef: { name: "zot-secret", key } },
    });
    assert.deepEqual(valuesOf({ shared, replicas: 3, bucketKeys: true, trusted: "PEM" }), {
      ...overBucket,
      replicaCount: 3,
      configFiles: { ...configFiles, "trusted.pem": "PEM" },
      strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      podDisruptionBudget: { enabled: true, maxUnavailable: 1 },
      env: [
        goMemory,
        { name: "SSL_CERT_DIR", value: "/etc/ssl/certs:/secret" },
        key("AWS_ACCESS_KEY_ID", "s3-access-key-id"),
        key("AWS_SECRET_ACCESS_KEY", "s3-secret-access-key"),
      ],
    });
  });

  it("have every file's owner looked at where a release that ran as root is taken over", () => {
    const { podSecurityContext } = always;
    for (const [adopt, fsGroupChangePolicy] of [
      [true, "Always"],
      [false, "OnRootMismatch"],
    ] as const) {
      const expected = { ...podSecurityContext, fsGroupChangePolicy };
      assert.deepEqual(valuesOf({ adopt }).podSecurityContext, expected);
    }
  });

  it("are known by their annotation for this program's own", () => {
    assert.ok(isOurs(valuesOf()));
    for (const podAnnotations of [undefined, null, {}, { other: "h4sh" }, "zot-fleet", 1])
      assert.ok(!isOurs({ podAnnotations }), JSON.stringify(podAnnotations));
  });

  it("make what the chart calls by these names, in a cluster that has them already", () => {
    assert.deepEqual(chartNames, {
      service: "zot",
      statefulSet: "zot",
      deployment: "zot",
      container: "zot",
      secret: "zot-secret",
      configMap: "zot-config",
      serviceAccount: "zot",
      claim: "zot-pvc-zot-0",
      pod: "zot-0",
    });
    assert.deepEqual(podLabels, {
      "app.kubernetes.io/name": "zot",
      "app.kubernetes.io/instance": "zot",
    });
  });
});
