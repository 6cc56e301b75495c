import { fleet, kubectl } from "../commands";
import type { Cause } from "../finding";

/** The registry of `npm run local` is a process that ends with that command. */
const startHere = (folder: string) => ({
  hint: `npm run local starts it, and it runs until that ends; it wrote to registry.log in a folder of ${folder}.`,
  command: `npm run local${folder === ".local" ? "" : ` -- --folder ${folder}`}`,
});

export const registryDown: Cause = {
  code: "ZD101",
  title: "the registry does not run",
  hint: "Look at its pod's events and log: an unknown key in its config, a volume that cannot be mounted and too little memory are the usual reasons.",
  depth: 2,
  find: (snapshot) => {
    const {
      registry: { host, reach },
      cluster,
    } = snapshot;
    const refused = "reason" in reach && reach.message.includes("refused");
    const answered = "status" in reach && reach.status < 500;
    const place = cluster?.registryPlace;
    if (cluster === undefined || place === undefined) {
      const found = { subject: host, detail: "connection refused" };
      const folder = snapshot.caller.localFolder;
      if (!refused) return [];
      return folder === undefined
        ? [{ ...found, command: fleet(snapshot, "verify") }]
        : [{ ...found, ...startHere(folder) }];
    }
    const { registryPod: pod } = cluster;
    if (pod === undefined) {
      if (answered) return [];
      const { namespace, replicas } = place;
      const within = (words: string) => kubectl(snapshot, `-n ${namespace} ${words}`);
      return [
        replicas === 0
          ? {
              subject: host,
              detail: "there is no pod of the registry: its StatefulSet wants 0",
              command: within("scale statefulset zot --replicas 1"),
            }
          : {
              subject: host,
              detail: "there is no pod of the registry",
              command: within("get statefulset,pod,event"),
            },
      ];
    }
    const broken = /CrashLoop|Error|OOM|ImagePull|Failed/.test(`${pod.reason ?? ""} ${pod.phase}`);
    if (pod.ready || (!broken && pod.age < 600)) return [];
    const detail = `${pod.phase}, not ready for ${Math.round(pod.age)} s, ${pod.restarts} restarts${pod.reason === undefined ? "" : `: ${pod.reason}`}`;
    const before = pod.restarts > 0 ? " --previous" : "";
    const command = kubectl(snapshot, `-n ${pod.namespace} logs ${pod.name}${before} --tail 50`);
    return [{ subject: `${pod.namespace}/${pod.name}`, detail, command }];
  },
};
