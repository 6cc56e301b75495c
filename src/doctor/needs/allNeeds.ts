import type { Explanation } from "../../checks/allChecks";
import { clusterNeeds } from "./cluster";
import { machineNeeds } from "./machine";
import type { Need, NeedLine } from "./need";
import { projectNeeds } from "./project";
import { releaseNeeds } from "./release";
import type { Situation } from "./situation";
import { wayNeeds } from "./way";

/** Everything that a deployment needs, in the order in which it is to be mended, which is that of the codes. */
export const allNeeds: readonly Need[] = [
  machineNeeds,
  projectNeeds,
  clusterNeeds,
  wayNeeds,
  releaseNeeds,
].flat();

/** How it stands with each need of a stack. What is missing has its fix. */
export const needsOf = (situation: Situation): NeedLine[] =>
  allNeeds.flatMap(({ code, subject, title, hint, look }) =>
    look(situation).map((each) => ({
      code,
      subject,
      title,
      ...(each.state === "missing" ? { hint } : {}),
      ...each,
    })),
  );

/** Every need, for reading about. */
export const needExplanations = (): Explanation[] =>
  allNeeds.map(({ code, title, hint, why }) => ({
    code,
    title,
    hint,
    ...(why === undefined ? {} : { why }),
  }));
