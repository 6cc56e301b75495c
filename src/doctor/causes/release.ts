import { isRunning } from "../../cluster/releaseState";
import { fleet, kubectl } from "../commands";
import type { Cause } from "../finding";
import { isDown, mayStillStart, podEvidence } from "../registryPods";

/** The registry of `npm run local` is a process that ends with that command. */
const startHere = (folder: string) => ({
  hint: `npm run local starts it, and it runs until that ends; it wrote to registry.log in a folder of ${folder}.`,
  command: `npm run local${folder === ".local" ? "" : ` -- --folder ${folder}`}`,
});

const registryDown: Cause = {
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
    const { registryPods: pods = [] } = cluster;
    if (pods.length === 0) {
      if (answered) return [];
      const { namespace, replicas, declared } = place;
      const within = (words: string) => kubectl(snapshot, `-n ${namespace} ${words}`);
      return [
        replicas?.wanted === 0
          ? {
              subject: host,
              detail: `there is no pod of the registry: its ${replicas.kind} wants 0`,
              command: within(
                `scale ${replicas.kind.toLowerCase()} zot --replicas ${declared?.count ?? 1}`,
              ),
            }
          : {
              subject: host,
              detail: "there is no pod of the registry",
              command: within(
                `get ${(replicas?.kind ?? (declared ? "Deployment" : "StatefulSet")).toLowerCase()},pod,event`,
              ),
            },
      ];
    }
    if (pods.some(({ ready }) => ready)) return [];
    return pods.filter(isDown).map((pod) => podEvidence(snapshot, pod));
  },
};

const registryStarting: Cause = {
  code: "ZD102",
  title: "the registry is starting",
  hint: "Wait: Zot walks over all its images before it answers. Where it never ends, give it more time: zot-fleet:registry.startupTimeout.",
  depth: 2,
  find: (snapshot) => {
    const { registryPods: pods = [] } = snapshot.cluster ?? {};
    // Beside one that serves, starting is what a rollout does.
    if (pods.some((pod) => pod.ready || !mayStillStart(pod))) return [];
    return pods.map(({ namespace, name, phase, age }) => ({
      subject: `${namespace}/${name}`,
      detail: `${phase}, made ${Math.round(age)} s ago, not ready`,
      command: kubectl(snapshot, `-n ${namespace} logs ${name} --tail 20`),
    }));
  },
};

const helmUnfinished: Cause = {
  code: "ZD108",
  title: "Helm's last operation on the registry did not end",
  hint: "Run pulumi up once more: it waits until nobody can still be working on it, and then goes on from the last deployed revision. Where somebody else began it, ask them, or roll it back.",
  why: "Helm marks a release before it touches anything, and takes the mark away at the end. Whoever is killed in between leaves the mark, and objects of both revisions.",
  depth: 2,
  find: (snapshot) => {
    const { unfinished, registryPlace } = snapshot.cluster ?? {};
    if (unfinished === undefined || registryPlace === undefined) return [];
    const { revision, status, begun, chart, ours, writer = "somebody" } = unfinished;
    const { namespace } = registryPlace;
    const { stack } = snapshot.caller;
    const again = stack === undefined ? undefined : `pulumi up --stack ${stack}`;
    const records = "get secret -l owner=helm,name=zot -L status,version";
    const state = isRunning(status) ? `${status} since ${begun}` : `${status}, begun ${begun}`;
    return [
      {
        subject: `release ${namespace}/zot`,
        detail: `revision ${revision} (${chart}, by ${writer}) is ${state}`,
        command: ours ? again : kubectl(snapshot, `-n ${namespace} ${records}`),
      },
    ];
  },
};

/** The registry's own process: whether it runs, and what Helm left of it. */
export const releaseCauses: readonly Cause[] = [registryDown, registryStarting, helmUnfinished];
