import type { KubernetesReader } from "../../cluster/kubernetes";
import type { ExpectedGateway } from "../../cluster/routeStatus";
import type { Check } from "../check";

/** A workload that runs a seeded image, and the digests that are right for its tag. */
export interface ExpectedWorkload {
  namespace: string;
  kind: "Deployment" | "StatefulSet" | "DaemonSet";
  name: string;
  repository: string;
  /** The digest behind the tag and, of an image for several platforms, those of its children. */
  digests: string[];
}

/** What was asked of the cluster around the registry: what its checks compare with. */
export interface ClusterExpectations {
  context: string;
  /** The registry's namespace. */
  namespace: string;
  /** The host name that clients use. */
  host: string;
  /** More host names that lead to the registry. Absent where there are none. */
  aliases?: string[];
  pod: string;
  claim: string;
  /** Absent where no gateway should route to the registry. */
  route?: { name: string; gateways: ExpectedGateway[] };
  pullSecret: { name: string; username: string; namespaces: string[] };
  workloads: ExpectedWorkload[];
}

/** A check that looks into the cluster as well. */
export type ClusterCheck = (expected: ClusterExpectations, reader: KubernetesReader) => Check;
