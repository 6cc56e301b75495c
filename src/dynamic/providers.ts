import { accountProvider } from "./accountProvider";
import { apiKeyProvider } from "./apiKeyProvider";
import { clusterGuardProvider } from "./clusterGuardProvider";
import { issuerProofProvider } from "./issuerProofProvider";
import { keyRevocationProvider } from "./keyRevocationProvider";
import { knownOutputs } from "./knownOutputs";
import { proofProvider } from "./proofProvider";
import { releaseRepairProvider } from "./releaseRepairProvider";
import { rotationProvider } from "./rotationProvider";
import { seedProvider } from "./seedProvider";
import { sessionKeysProvider } from "./sessionKeysProvider";
import { verificationProvider } from "./verificationProvider";

/** The dynamic providers by the names that states hold: a name given out once keeps its meaning. */
export const providers = {
  account: knownOutputs(accountProvider, ["plainPassword"]),
  apiKey: knownOutputs(apiKeyProvider, ["keys", "keyId", "expiresAt", "renew", "problem"]),
  clusterGuard: clusterGuardProvider,
  issuerProof: issuerProofProvider,
  keyRevocation: knownOutputs(keyRevocationProvider, ["unrevoked"]),
  proof: proofProvider,
  releaseRepair: releaseRepairProvider,
  rotation: rotationProvider,
  seed: knownOutputs(seedProvider, ["digest", "children", "action", "problem"]),
  sessionKeys: sessionKeysProvider,
  verification: verificationProvider,
};
