import { inSeconds } from "./duration";
import { goMemoryLimit } from "./memory";
import { sharedSecretKeys, type SharedStorage } from "./sharedStorage";
import type { ZotConfig } from "./zotConfig";

/** The name of the Helm release; every name below follows from it. */
export const releaseName = "zot";

/** What the chart calls its things for a release of that name, in all supported versions. */
export const chartNames = {
  service: releaseName,
  statefulSet: releaseName,
  deployment: releaseName,
  container: "zot",
  secret: `${releaseName}-secret`,
  configMap: `${releaseName}-config`,
  serviceAccount: releaseName,
  claim: `${releaseName}-pvc-${releaseName}-0`,
  pod: `${releaseName}-0`,
} as const;

/** The labels by which the chart's own selectors find its pods. */
export const podLabels = {
  "app.kubernetes.io/name": "zot",
  "app.kubernetes.io/instance": releaseName,
} as const;

/** The port of Zot, of its container and of its Service. */
export const zotPort = 5000;

/** Where things are in the container. */
export const zotPaths = {
  images: "/var/lib/registry",
  secret: "/secret",
  htpasswd: "/secret/htpasswd",
} as const;

/** Where Go looks for certificates (crypto/x509, root_unix.go): those of the image, and where the chart mounts ours. */
const trustedFolders = (mounted: string) => `/etc/ssl/certs:${mounted}`;

/** The annotation of the pod that changes with the content of the Secret: Zot does not see a changed mount. */
const secretHashAnnotation = "zot-fleet/restarts-when-secret-changes";

/** Whether values of the chart are of this program's making: nobody else names that annotation. */
export function isOurs(values: Record<string, unknown>): boolean {
  const annotations = values["podAnnotations"];
  return (
    typeof annotations === "object" && annotations !== null && secretHashAnnotation in annotations
  );
}

/** Seconds between two looks of the startup probe: over a bucket a pod is waited for at every roll. */
const startupPeriods = { claim: 5, bucket: 1 } as const;

/** A claim, or the template of one. */
export interface ClaimSettings {
  /** @default 20Gi */
  size?: string;
  /** @default the cluster's default one; in a template, none */
  storageClass?: string | undefined;
}

/** What of `registry` in a stack file ends in the chart's values. */
export interface ChartSettings {
  /** Zot's image without a tag. @default "ghcr.io/project-zot/zot" */
  image?: string;
  /** @default 100m of a processor and 256Mi kept, killed at 1Gi */
  resources?: {
    cpu?: string;
    memory?: string;
    memoryLimit?: string;
  };
  /** How long Zot may take to start before its pod is killed: it walks over all images first. @default "10m" */
  startupTimeout?: string;
  /** How many pods; more than 1 needs `shared`. @default 1 */
  replicas?: number;
  /** The bucket and the Redis of a registry whose pods have no volume. @default none: one pod with its claim */
  shared?: SharedStorage | undefined;
  /**
   * Take over a live Helm release `zot` of the namespace, its Secret, claim and route: the kubelet then looks at the owner of
   * every file. @default false
   */
  adopt?: boolean;
  /** The chart's claim template, as a live StatefulSet was first made with it: it can never change. @default 20Gi, no class */
  claimTemplate?: ClaimSettings;
}

/** What a careful operator would have chosen for a registry in its cluster. */
export const registryDefaults = {
  namespace: "zot",
  adopt: false,
  image: "ghcr.io/project-zot/zot",
  replicas: 1,
  claim: { size: "20Gi" },
  resources: { cpu: "100m", memory: "256Mi", memoryLimit: "1Gi" },
  startupTimeout: "10m",
  drain: "15s",
  onePusherPerRepository: false,
} as const;

export interface ChartValuesOptions<Hash> extends ChartSettings {
  /** The release of Zot, such as `2.1.18`; the image's tag is `v2.1.18`. */
  zotVersion: string;
  /** Without a secret in it. */
  config: ZotConfig;
  /** Certificates in PEM that Zot trusts besides the image's own. @default none */
  trusted?: string | undefined;
  /** SHA-256 of the Secret's content. The one leaf that may not be known yet. */
  secretHash: Hash;
  /** Whether the Secret has an access key of the bucket. @default the pod's own identity is asked */
  bucketKeys?: boolean;
  /** Whether the service account is made beside the chart, under the name that the chart would give it. @default the chart's */
  ownServiceAccount?: boolean;
}

/**
 * The chart's values, plain but for one leaf, so that a diff shows the line that changed. Credentials are not among them: Helm
 * keeps values in `sh.helm.release.v1.*`.
 *
 * - `authHeader` is not set: `/livez`, `/readyz` and `/startupz` need no credentials (read at Zot 2.1.18).
 * - The security settings are those of the pod security standard `restricted`; Zot's image names no user.
 */
export function chartValues<Hash>(options: ChartValuesOptions<Hash>) {
  const { secretHash, trusted, shared, ownServiceAccount = false } = options;
  const { adopt = registryDefaults.adopt, image = registryDefaults.image } = options;
  const { startupTimeout = registryDefaults.startupTimeout } = options;
  const startupPeriod = startupPeriods[shared === undefined ? "claim" : "bucket"];
  const resources = { ...registryDefaults.resources, ...options.resources };
  return {
    image: { repository: image, tag: `v${options.zotVersion}`, pullPolicy: "IfNotPresent" },
    service: { type: "ClusterIP", port: zotPort },
    ...(ownServiceAccount
      ? { serviceAccount: { create: false, name: chartNames.serviceAccount } }
      : {}),
    ...(shared === undefined ? onClaim(options) : overBucket(options)),
    mountSecret: false,
    externalSecrets: [{ secretName: chartNames.secret, mountPath: zotPaths.secret }],
    startupProbe: {
      initialDelaySeconds: 1,
      periodSeconds: startupPeriod,
      failureThreshold: Math.ceil(inSeconds(startupTimeout) / startupPeriod),
    },
    podAnnotations: { [secretHashAnnotation]: secretHash },
    podSecurityContext: {
      runAsNonRoot: true,
      runAsUser: 1000,
      runAsGroup: 1000,
      fsGroup: 1000,
      // Zot may have run as root before, and what it wrote then is not ours to read, whoever owns the folder above.
      fsGroupChangePolicy: adopt ? "Always" : "OnRootMismatch",
      seccompProfile: { type: "RuntimeDefault" },
    },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    },
    resources: {
      requests: { cpu: resources.cpu, memory: resources.memory },
      limits: { memory: resources.memoryLimit },
    },
    env: [
      { name: "GOMEMLIMIT", value: goMemoryLimit(resources.memoryLimit) },
      ...(trusted === undefined
        ? []
        : [
            {
              name: "SSL_CERT_DIR",
              value: trustedFolders(shared === undefined ? "/etc/zot" : zotPaths.secret),
            },
          ]),
      ...(options.bucketKeys === true ? bucketKeys : []),
    ],
  };
}

type Shape = Pick<ChartValuesOptions<unknown>, "config" | "trusted" | "claimTemplate" | "replicas">;

/** Zot's config: what is mounted where there is a claim, and what a reviewer reads where the Secret's is. */
const configFiles = ({ config, trusted }: Shape) => ({
  "config.json": JSON.stringify(config, null, 2),
  ...(trusted === undefined ? {} : { [sharedSecretKeys.trusted]: trusted }),
});

/** A StatefulSet of one pod. `pvc.create` is true, so that every chart version makes one that finds our claim by its name. */
function onClaim(shape: Shape) {
  const { size, storageClass } = { ...registryDefaults.claim, ...shape.claimTemplate };
  return {
    replicaCount: 1,
    mountConfig: true,
    configFiles: configFiles(shape),
    persistence: true,
    pvc: {
      create: true,
      storage: size,
      ...(storageClass === undefined ? {} : { storageClassName: storageClass }),
    },
  };
}

/**
 * A Deployment of pods without a volume. Redis takes its password in Zot's config alone, so
 * that is a file of the Secret; `configFiles` are not mounted, and stay for whoever reads what changes.
 */
function overBucket(shape: Shape) {
  const { replicas = registryDefaults.replicas } = shape;
  return {
    replicaCount: replicas,
    mountConfig: false,
    configFiles: configFiles(shape),
    extraArgs: ["serve", `${zotPaths.secret}/${sharedSecretKeys.config}`],
    persistence: false,
    ...(replicas === 1 ? oneAtATime : inTurn),
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: "kubernetes.io/hostname",
        whenUnsatisfiable: "ScheduleAnyway",
        labelSelector: { matchLabels: podLabels },
      },
    ],
  };
}

/** One pod ends before the next begins: two that write lose tags of each other, and with one nobody promised that none do. */
const oneAtATime = { strategy: { type: "Recreate" } };

/** One more before one less. */
const inTurn = {
  strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
  podDisruptionBudget: { enabled: true, maxUnavailable: 1 },
};

/** The access key as the SDK looks for it. */
const bucketKeys = (
  [
    ["AWS_ACCESS_KEY_ID", sharedSecretKeys.accessKeyId],
    ["AWS_SECRET_ACCESS_KEY", sharedSecretKeys.secretAccessKey],
  ] as const
).map(([name, key]) => ({ name, valueFrom: { secretKeyRef: { name: chartNames.secret, key } } }));
