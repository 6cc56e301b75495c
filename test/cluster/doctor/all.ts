import type { Situation } from "../../support/doctor/situation";
import { credentialSituations } from "./credentials";
import { imageSituations } from "./images";
import { pairs } from "./pairs";
import { pushSituations } from "./pushes";
import { registrySituations } from "./registry";

/** Everything that is broken on a real cluster, by what it is about, in the order in which it is. */
export const brokenBy: Readonly<Record<string, readonly Situation[]>> = {
  "its images": imageSituations,
  "the registry and the way to it": registrySituations,
  "a push": pushSituations,
  "two faults at once": pairs,
  // The last one rotates the accounts.
  "its pull secrets": credentialSituations,
};
