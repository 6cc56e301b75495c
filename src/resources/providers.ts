import { account } from "./account";
import { apiKey } from "./apiKey";
import { clusterGuard } from "./clusterGuard";
import type { Definition } from "./define";
import { programRuns } from "./ending";
import { issuerProof } from "./issuerProof";
import { keyRevocation } from "./keyRevocation";
import { keyRevocationEnd } from "./keyRevocationEnd";
import { proof } from "./proof";
import type { DynamicProvider } from "./provider";
import { registryPlace } from "./registryPlace";
import { releaseRepair } from "./releaseRepair";
import { rotation } from "./rotation";
import { seed } from "./seed";
import { sessionKeys } from "./sessionKeys";
import { verification } from "./verification";

/** A provider as the engine calls it, with whatever its state holds. */
type Served = DynamicProvider<object, object>;

/** The provider, with null in the state for each optional output that there is none of, and with a note of each check. */
export function served<
  Inputs extends object,
  Outputs extends Inputs,
  ByCheck extends keyof Inputs,
  Unread extends keyof Outputs,
>({
  name,
  provider,
  nullable,
}: Definition<Inputs, Outputs, ByCheck, Unread>): readonly [string, Served] {
  const filled = (outs: Outputs): Outputs => {
    const absent = nullable.filter((key) => (outs as Record<string, unknown>)[key] === undefined);
    return { ...outs, ...(Object.fromEntries(absent.map((key) => [key, null])) as object) };
  };
  const plain = (outs: Outputs): Outputs =>
    Object.fromEntries(
      Object.entries(outs).filter(([key, value]) => value !== null || !nullable.includes(key)),
    ) as Outputs;
  const whole: DynamicProvider<Inputs, Outputs> = {
    check: (olds, news) => {
      programRuns();
      return provider.check(olds, news);
    },
    diff: (id, olds, news) => provider.diff(id, plain(olds), news),
    create: async (inputs) => {
      const { id, outs } = await provider.create(inputs);
      return { id, outs: filled(outs) };
    },
    read: async (id, props) => {
      const seen = await provider.read(id, plain(props));
      return { ...seen, props: filled(seen.props) };
    },
    update: async (id, olds, news) => ({
      outs: filled((await provider.update(id, plain(olds), news)).outs),
    }),
    delete: (id, props) => provider.delete(id, plain(props)),
  };
  return [name, whole as unknown as Served];
}

/** The dynamic providers by the names that states hold. */
export const providers: Readonly<Record<string, Served>> = Object.fromEntries([
  served(account),
  served(apiKey),
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
