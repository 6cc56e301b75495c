import type { V1PersistentVolumeClaim, V1Pod } from "@kubernetes/client-node";
import { failed, late, passed } from "../outcomes";
import type { ClusterCheck } from "./expectations";

export const claimInUse: ClusterCheck = ({ namespace, claim, pod }, reader) => ({
  code: "ZF504",
  title: "the images lie on the claim that outlives the registry",
  hint: "Look at the claim's events: is there a StorageClass, and room? Does the pod mount another volume?",
  lag: 20_000,
  async run() {
    const [running, bound] = await Promise.all([
      reader.read<V1Pod>({ apiVersion: "v1", kind: "Pod", namespace, name: pod }),
      reader.read<V1PersistentVolumeClaim>({
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        namespace,
        name: claim,
      }),
    ]);
    if (running === undefined) return late(`there is no pod ${namespace}/${pod}`);
    if (bound === undefined) return failed(`there is no claim ${namespace}/${claim}`);
    const mounted = (running.spec?.volumes ?? []).some(
      ({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName === claim,
    );
    if (!mounted) return failed(`the pod does not mount ${claim}`, claim);
    const phase = bound.status?.phase ?? "without a phase";
    const capacity = bound.status?.capacity?.["storage"] ?? "of unknown size";
    return phase === "Bound" ? passed(`bound, ${capacity}`, claim) : late(phase, claim);
  },
});
