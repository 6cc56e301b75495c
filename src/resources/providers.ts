import { account } from "./account";
import { apiKeyProvider } from "./apiKeyProvider";
import { clusterGuard } from "./clusterGuard";
import type { Definition } from "./define";
import { noted } from "./ending";
import { issuerProof } from "./issuerProof";
import { keyRevocation } from "./keyRevocation";
import { keyRevocationEnd } from "./keyRevocationEnd";
import { knownOutputs } from "./knownOutputs";
import { proof } from "./proof";
import type { DynamicProvider } from "./provider";
import { registryPlace } from "./registryPlace";
import { releaseRepair } from "./releaseRepair";
import { rotation } from "./rotation";
import { seed } from "./seed";
import { sessionKeys } from "./sessionKeys";
import { verification } from "./verification";

type Served = DynamicProvider<object, object>;

function served<
  Inputs extends object,
  Outputs extends Inputs,
  ByCheck extends keyof Inputs,
  Unread extends keyof Outputs,
>({
  name,
  provider,
  nullable,
}: Definition<Inputs, Outputs, ByCheck, Unread>): readonly [string, Served] {
  const known = knownOutputs(provider, nullable as readonly (keyof Outputs)[]);
  return [name, noted(known) as unknown as Served];
}

/** The dynamic providers by the names that states hold. */
export const providers: Readonly<Record<string, Served>> = Object.fromEntries([
  served(account),
  [
    "apiKey",
    noted(
      knownOutputs(apiKeyProvider, ["keys", "keyId", "expiresAt", "renew", "problem"]),
    ) as unknown as Served,
  ],
  served(clusterGuard),
  served(issuerProof),
  served(keyRevocation),
  served(keyRevocationEnd),
  served(proof),
  served(registryPlace),
  served(releaseRepair),
  served(rotation),
  served(seed),
  served(sessionKeys),
  served(verification),
]);
