import { goMemoryLimit } from "./memory";
import type { ZotConfig } from "./zotConfig";

/** The name of the Helm release; every name below follows from it. */
export const releaseName = "zot";

/** What the chart calls its things for a release of that name, in all supported versions. */
export const chartNames = {
  service: releaseName,
  statefulSet: releaseName,
  secret: `${releaseName}-secret`,
  configMap: `${releaseName}-config`,
  serviceAccount: releaseName,
  claim: `${releaseName}-pvc-${releaseName}-0`,
  pod: `${releaseName}-0`,
} as const;

/** The port of Zot, of its container and of its Service. */
export const zotPort = 5000;

/** Where things are in the container. */
export const zotPaths = {
  images: "/var/lib/registry",
  secret: "/secret",
  htpasswd: "/secret/htpasswd",
} as const;

const trustedFile = "trusted.pem";

/** Where Go looks for certificates (crypto/x509, root_unix.go): those of the image, and where the chart mounts its files. */
const trustedFolders = "/etc/ssl/certs:/etc/zot";

/** The annotation of the pod that changes with the content of the Secret: Zot does not see a changed mount. */
const secretHashAnnotation = "zot-fleet/restarts-when-secret-changes";

/** Whether values of the chart are of this program's making: nobody else names that annotation. */
export function isOurs(values: Record<string, unknown>): boolean {
  const annotations = values["podAnnotations"];
  return (
    typeof annotations === "object" && annotations !== null && secretHashAnnotation in annotations
  );
}

/** Seconds between two looks of the startup probe. */
const startupPeriod = 5;

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
  /** Minutes that Zot may take to start before its pod is killed: it walks over all images first. @default 10 */
  startupMinutes?: number;
  /** How many pods; more than 1 is refused. @default 1 */
  replicas?: number;
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
  startupMinutes: 10,
} as const;

export interface ChartValuesOptions<Hash> extends ChartSettings {
  /** The release of Zot, such as `2.1.18`; the image's tag is `v2.1.18`. */
  zotVersion: string;
  config: ZotConfig;
  /** Certificates in PEM that Zot trusts besides the image's own. @default none */
  trusted?: string | undefined;
  /** SHA-256 of the Secret's content. The one leaf that may not be known yet. */
  secretHash: Hash;
  /** Whether the service account is made beside the chart, under the name that the chart would give it. @default the chart's */
  ownServiceAccount?: boolean;
}

/**
 * The chart's values, plain but for one leaf, so that a diff shows the line that changed. Credentials are not among them: Helm
 * keeps values in `sh.helm.release.v1.*`.
 *
 * - `authHeader` is not set: `/livez`, `/readyz` and `/startupz` need no credentials (read at Zot 2.1.18).
 * - `pvc.create` is true, so that every chart version makes a StatefulSet that finds our claim by its name.
 * - The security settings are those of the pod security standard `restricted`; Zot's image names no user.
 */
export function chartValues<Hash>(options: ChartValuesOptions<Hash>) {
  const { config, trusted, secretHash, ownServiceAccount = false } = options;
  const { adopt = registryDefaults.adopt, image = registryDefaults.image } = options;
  const { startupMinutes = registryDefaults.startupMinutes } = options;
  const claimTemplate = { ...registryDefaults.claim, ...options.claimTemplate };
  const resources = { ...registryDefaults.resources, ...options.resources };
  return {
    replicaCount: registryDefaults.replicas,
    image: { repository: image, tag: `v${options.zotVersion}`, pullPolicy: "IfNotPresent" },
    service: { type: "ClusterIP", port: zotPort },
    ...(ownServiceAccount
      ? { serviceAccount: { create: false, name: chartNames.serviceAccount } }
      : {}),
    mountConfig: true,
    configFiles: {
      "config.json": JSON.stringify(config, null, 2),
      ...(trusted === undefined ? {} : { [trustedFile]: trusted }),
    },
    mountSecret: false,
    externalSecrets: [{ secretName: chartNames.secret, mountPath: zotPaths.secret }],
    persistence: true,
    pvc: {
      create: true,
      storage: claimTemplate.size,
      ...(claimTemplate.storageClass === undefined
        ? {}
        : { storageClassName: claimTemplate.storageClass }),
    },
    startupProbe: {
      initialDelaySeconds: 1,
      periodSeconds: startupPeriod,
      failureThreshold: Math.ceil((startupMinutes * 60) / startupPeriod),
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
      ...(trusted === undefined ? [] : [{ name: "SSL_CERT_DIR", value: trustedFolders }]),
    ],
  };
}
