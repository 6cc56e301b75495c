import { accountProvider } from "./accountProvider";
import { clusterGuardProvider } from "./clusterGuardProvider";
import { issuerProofProvider } from "./issuerProofProvider";
import { knownOutputs } from "./knownOutputs";
import { proofProvider } from "./proofProvider";
import { rotationProvider } from "./rotationProvider";
import { seedProvider } from "./seedProvider";
import { sessionKeysProvider } from "./sessionKeysProvider";
import { verificationProvider } from "./verificationProvider";

/** The dynamic providers by the names that states hold: a name given out once keeps its meaning. */
export const providers = {
  account: knownOutputs(accountProvider, ["plainPassword"]),
  clusterGuard: clusterGuardProvider,
  issuerProof: issuerProofProvider,
  proof: proofProvider,
  rotation: rotationProvider,
  seed: knownOutputs(seedProvider, ["digest", "children", "action", "problem"]),
  sessionKeys: sessionKeysProvider,
  verification: verificationProvider,
};
