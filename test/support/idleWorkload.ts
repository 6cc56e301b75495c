interface Workload {
  namespace: string;
  kind: "Deployment" | "StatefulSet" | "DaemonSet";
  name: string;
}

/** A workload without a pod, for those that restart it. */
export function idleWorkload({ namespace, kind, name }: Workload): object {
  const labels = { app: name };
  return {
    apiVersion: "apps/v1",
    kind,
    metadata: { name, namespace },
    spec: {
      ...(kind === "DaemonSet" ? {} : { replicas: 0 }),
      ...(kind === "StatefulSet" ? { serviceName: name } : {}),
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { nodeSelector: labels, containers: [{ name, image: "idle.test/none" }] },
      },
    },
  };
}
