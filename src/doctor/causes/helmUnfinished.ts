import { isRunning } from "../../cluster/releaseState";
import { kubectl } from "../commands";
import type { Cause } from "../finding";

export const helmUnfinished: Cause = {
  code: "ZD108",
  title: "Helm's last operation on the registry did not end",
  hint: "Run pulumi up once more: it waits until nobody can be at it any more, and then goes on from the last deployed revision. Where somebody else began it, ask them, or roll it back.",
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
