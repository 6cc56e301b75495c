import { accountProvider } from "./accountProvider";
import { clusterGuardProvider } from "./clusterGuardProvider";
import { proofProvider } from "./proofProvider";
import { rotationProvider } from "./rotationProvider";
import { seedProvider } from "./seedProvider";
import { verificationProvider } from "./verificationProvider";

/** The dynamic providers by the names that states hold: a name given out once keeps its meaning. */
export const providers = {
  account: accountProvider,
  clusterGuard: clusterGuardProvider,
  proof: proofProvider,
  rotation: rotationProvider,
  seed: seedProvider,
  verification: verificationProvider,
};
