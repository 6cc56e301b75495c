/** A workload that runs an image. */
export interface Workload {
  namespace: string;
  kind: "Deployment" | "StatefulSet" | "DaemonSet";
  name: string;
}
