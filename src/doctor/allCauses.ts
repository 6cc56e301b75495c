import type { Explanation } from "../checks/allChecks";
import { absentImageCauses } from "./causes/absentImages";
import { credentialCauses } from "./causes/credentials";
import { manifestCauses } from "./causes/manifests";
import { networkCauses } from "./causes/network";
import { pullSecretCauses } from "./causes/pullSecrets";
import { pushCauses } from "./causes/pushes";
import { releaseCauses } from "./causes/release";
import { replicaCauses } from "./causes/replicas";
import { storageCauses } from "./causes/storage";
import { workloadCauses } from "./causes/workloads";
import type { Cause } from "./finding";

/** Every cause, in the order of their codes. */
export const allCauses: readonly Cause[] = [
  networkCauses,
  releaseCauses,
  storageCauses,
  replicaCauses,
  pullSecretCauses,
  credentialCauses,
  absentImageCauses,
  workloadCauses,
  pushCauses,
  manifestCauses,
]
  .flat()
  .sort((a, b) => (a.code < b.code ? -1 : 1));

/** Every cause that `doctor` can find, for reading about. */
export function causeExplanations(): Explanation[] {
  return allCauses.map(({ code, title, hint, why }) => ({
    code,
    title,
    hint,
    ...(why === undefined ? {} : { why }),
  }));
}
