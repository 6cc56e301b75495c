import { absentImageCauses } from "./causes/absentImages";
import { credentialCauses } from "./causes/credentials";
import { manifestCauses } from "./causes/manifests";
import { pullSecretCauses } from "./causes/pullSecrets";
import { pushCauses } from "./causes/pushes";
import { releaseCauses } from "./causes/release";
import { storageCauses } from "./causes/storage";
import { wayCauses } from "./causes/way";
import { workloadCauses } from "./causes/workloads";
import type { Cause } from "./finding";

/** Every cause, in the order of their codes. */
export const allCauses: readonly Cause[] = [
  wayCauses,
  releaseCauses,
  storageCauses,
  pullSecretCauses,
  credentialCauses,
  absentImageCauses,
  workloadCauses,
  pushCauses,
  manifestCauses,
]
  .flat()
  .sort((a, b) => (a.code < b.code ? -1 : 1));
