import type { Explanation } from "../checks/allChecks";
import { allCauses } from "./allCauses";

/** Every cause that `doctor` can find. */
export function causeExplanations(): Explanation[] {
  return allCauses.map(({ code, title, hint, why }) => ({
    code,
    title,
    hint,
    ...(why === undefined ? {} : { why }),
  }));
}
