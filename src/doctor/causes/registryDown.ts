import type { Cause } from "../finding";

export const registryDown: Cause = {
  code: "ZD101",
  title: "the registry does not run",
  hint: "Look at its pod's events and log: an unknown key in its config, a volume that cannot be mounted and too little memory are the usual reasons.",
  depth: 2,
  find: ({ registry: { host, url, reach }, cluster }) => {
    const refused = "reason" in reach && reach.message.includes("refused");
    const answered = "status" in reach && reach.status < 500;
    if (cluster?.registryLookedFor !== true) {
      const command = `zot-fleet verify --url ${url}`;
      return refused ? [{ subject: host, detail: "connection refused", command }] : [];
    }
    const { registryPod: pod } = cluster;
    if (pod === undefined) {
      if (answered) return [];
      const command = "kubectl get statefulset,pod --all-namespaces | grep zot";
      return [{ subject: host, detail: "there is no pod of the registry", command }];
    }
    const broken = /CrashLoop|Error|OOM|ImagePull|Failed/.test(`${pod.reason ?? ""} ${pod.phase}`);
    if (pod.ready || (!broken && pod.age < 600)) return [];
    const detail = `${pod.phase}, not ready for ${Math.round(pod.age)} s, ${pod.restarts} restarts${pod.reason === undefined ? "" : `: ${pod.reason}`}`;
    const command = `kubectl -n ${pod.namespace} logs ${pod.name} --previous --tail 50`;
    return [{ subject: `${pod.namespace}/${pod.name}`, detail, command }];
  },
};
