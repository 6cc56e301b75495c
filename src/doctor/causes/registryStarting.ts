import { kubectl } from "../commands";
import type { Cause } from "../finding";

export const registryStarting: Cause = {
  code: "ZD102",
  title: "the registry is starting",
  hint: "Wait: Zot walks over all its images before it answers. Where it never ends, give it more time: zot-fleet:registry.startupMinutes.",
  depth: 2,
  find: (snapshot) => {
    const pod = snapshot.cluster?.registryPod;
    if (pod === undefined || pod.ready || pod.age >= 600) return [];
    if (/CrashLoop|Error|OOM|ImagePull|Failed/.test(`${pod.reason ?? ""} ${pod.phase}`)) return [];
    return [
      {
        subject: `${pod.namespace}/${pod.name}`,
        detail: `${pod.phase}, made ${Math.round(pod.age)} s ago, not ready`,
        command: kubectl(snapshot, `-n ${pod.namespace} logs ${pod.name} --tail 20`),
      },
    ];
  },
};
