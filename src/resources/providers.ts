import { accountProvider } from "./accountProvider";
import { apiKeyProvider } from "./apiKeyProvider";
import { clusterGuardProvider } from "./clusterGuardProvider";
import { noted } from "./ending";
import { issuerProofProvider } from "./issuerProofProvider";
import { keyRevocationProvider } from "./keyRevocationProvider";
import { keyRevocationEndProvider } from "./keyRevocationEndProvider";
import { knownOutputs } from "./knownOutputs";
import { proofProvider } from "./proofProvider";
import { registryPlaceProvider } from "./registryPlaceProvider";
import { releaseRepairProvider } from "./releaseRepairProvider";
import { rotationProvider } from "./rotationProvider";
import { seedProvider } from "./seedProvider";
import { sessionKeysProvider } from "./sessionKeysProvider";
import { verificationProvider } from "./verificationProvider";

/** The dynamic providers by the names that states hold: a name given out once keeps its meaning. */
export const providers = {
  account: noted(knownOutputs(accountProvider, ["plainPassword"])),
  apiKey: noted(knownOutputs(apiKeyProvider, ["keys", "keyId", "expiresAt", "renew", "problem"])),
  clusterGuard: noted(clusterGuardProvider),
  issuerProof: noted(issuerProofProvider),
  keyRevocation: noted(knownOutputs(keyRevocationProvider, ["unrevoked"])),
  keyRevocationEnd: noted(keyRevocationEndProvider),
  proof: noted(proofProvider),
  registryPlace: noted(registryPlaceProvider),
  releaseRepair: noted(releaseRepairProvider),
  rotation: noted(rotationProvider),
  seed: noted(knownOutputs(seedProvider, ["digest", "children", "action", "problem"])),
  sessionKeys: noted(sessionKeysProvider),
  verification: noted(verificationProvider),
};
