import { accountProvider } from "./accountProvider";
import { apiKeyProvider } from "./apiKeyProvider";
import { clusterGuardProvider } from "./clusterGuardProvider";
import { keyRevocationProvider } from "./keyRevocationProvider";
import { knownOutputs } from "./knownOutputs";
import { proofProvider } from "./proofProvider";
import { rotationProvider } from "./rotationProvider";
import { seedProvider } from "./seedProvider";
import { verificationProvider } from "./verificationProvider";

/** The dynamic providers by the names that states hold: a name given out once keeps its meaning. */
export const providers = {
  account: knownOutputs(accountProvider, ["plainPassword"]),
  apiKey: knownOutputs(apiKeyProvider, ["keys", "keyId", "expiresAt", "renew", "problem"]),
  clusterGuard: clusterGuardProvider,
  keyRevocation: knownOutputs(keyRevocationProvider, ["unrevoked"]),
  proof: proofProvider,
  rotation: rotationProvider,
  seed: knownOutputs(seedProvider, ["digest", "children", "action", "problem"]),
  verification: verificationProvider,
};
