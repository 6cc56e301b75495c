import { deliveryClient, type DeliveryClient } from "../../keys/delivery/deliveryClient";
import { endOf, orphans, renewalReason } from "../../keys/life";
import { isOff, isRefused, listKeys, makeKey, revokeKeys } from "../../keys/registryKeys";
import type { Login } from "../../registry/dockerConfig";
import { messageOf } from "../../registry/exchange";
import { readForRefresh, recentUnreachableReason } from "./readForRefresh";
import { isEnding } from "../ending";
import { ofTheKey, type ApiKeyInputs, type ApiKeyOutputs, type HeldKey } from "../apiKey";
import { deliver, dropped, notHeld, withdraw } from "./keyDelivery";
import { progress } from "../progress";
import { differ, incomplete, type Deployment } from "../provider";
import { revokeAs } from "./revokeAs";
import { withClient } from "./withClient";

/** What a key's life depends on besides the registry. */
export interface Surroundings {
  now: () => Date;
  deliveryClient: (tokens: Readonly<Record<string, string>>) => DeliveryClient;
}

const usual: Surroundings = { now: () => new Date(), deliveryClient };

/** What looks at targets before a deployment: it needs no token for that. */
export const previewDeliveryClient = ({
  deliveryClient: clientWith,
}: Surroundings = usual): DeliveryClient => clientWith({});

/**
 * Keeps a key of an account where it is needed: makes it, proves it, delivers it, and only then revokes the ones before. Whatever
 * fails on the way, each target holds a key that works; the next deployment goes on from there.
 */
export function apiKeyDeployment({
  now,
  deliveryClient: clientWith,
}: Surroundings = usual): Deployment<ApiKeyInputs, ApiKeyOutputs> {
  return {
    create: async (inputs) => ({ id: inputs.label, outs: await converge(inputs, undefined) }),
    read: async (id, props) => ({
      id,
      props: await readForRefresh(
        { what: props.label, endpoint: props.endpoint },
        () => refreshed(props),
        (renew) => ({ ...props, renew }),
      ),
    }),
    update: async (_id, olds, news) => ({ outs: await converge(news, olds) }),
    delete: (_id, props) => remove(props),
  };

  async function converge(
    inputs: ApiKeyInputs,
    olds: ApiKeyOutputs | undefined,
  ): Promise<ApiKeyOutputs> {
    const { endpoint, account, label } = inputs;
    const held = olds?.keys ?? [];
    const current = await withClient(endpoint, account, async (client) => {
      const [newest] =
        olds === undefined || differ<ApiKeyInputs>(olds, inputs, ofTheKey) ? [] : held;
      if (
        newest !== undefined &&
        renewalReason(newest.id, await listKeys(client), inputs, now()) === undefined
      )
        return newest;
      const expiresAt = endOf(inputs, now());
      const { id, key } = await makeKey(client, { label, expiresAt });
      return { username: account.username, password: key, id, expiresAt };
    });
    const keys = [current, ...held.filter(({ id }) => id !== current.id)];
    const known = { ...inputs, keys, keyId: current.id, expiresAt: current.expiresAt };
    const left = olds === undefined ? [] : dropped(olds.targets, inputs.targets);
    const stop = (words: string) => {
      const problem = `${label}: ${words}. Every key that a target may hold works until the next deployment has mended this.`;
      // What is wanted no more may hold a key until all the others hold the new one.
      return incomplete(
        label,
        { ...known, targets: [...inputs.targets, ...left], problem },
        problem,
      );
    };
    try {
      await prove(inputs, current);
      await deliver(clientWith(inputs.tokens), inputs.targets, loginOf(inputs, current));
    } catch (error) {
      throw stop(messageOf(error));
    }
    try {
      await revokeOthers(inputs, olds, current);
    } catch (error) {
      throw stop(`the keys before could not be revoked: ${messageOf(error)}`);
    }
    if (olds !== undefined) {
      const logins = held.map((key) => loginOf(olds, key));
      await withdraw(clientWith(olds.tokens), left, logins);
    }
    return { ...known, keys: [current] };
  }

  /** The state after a look at the registry and at the targets that can be read. */
  async function refreshed(props: ApiKeyOutputs): Promise<ApiKeyOutputs> {
    const { renew: _, ...rest } = props;
    const renew = await whyRenew(props);
    return renew === undefined ? rest : { ...rest, renew };
  }

  async function whyRenew(props: ApiKeyOutputs): Promise<string | undefined> {
    const { endpoint, account, label, keyId, keys = [], targets, tokens } = props;
    try {
      const listed = await withClient(endpoint, account, listKeys);
      const worn = renewalReason(keyId, listed, props, now());
      if (worn !== undefined) return worn;
      const left = orphans(keyId, label, listed);
      if (left.length > 0) return `${left.length} more keys of its label are in the registry`;
    } catch (error) {
      if (isRefused(error)) return "the registry refuses its account";
      if (isOff(error)) return "the registry has no API keys";
      throw error;
    }
    const [newest] = keys;
    if (newest === undefined) return "the state does not have it";
    return notHeld(clientWith(tokens), targets, loginOf(props, newest));
  }

  async function remove(props: ApiKeyOutputs): Promise<void> {
    const { label, keys = [], tokens, targets } = props;
    const ending = isEnding();
    try {
      await revoke(props, ending);
    } catch (error) {
      const words = `${label} could not be revoked: ${messageOf(error)}`;
      const until = props.expiresAt ?? "it expires";
      if (!ending)
        throw new Error(
          `${words}. Run it again when the registry answers; "pulumi state delete" forgets the key, which then works until ${until}.`,
        );
      progress.say(
        `${words}. It stays in the registry's claim: should a registry start there again, it works until ${until}, and ZF704 lists it.`,
      );
    }
    const logins = keys.map((key) => loginOf(props, key));
    await withdraw(clientWith(tokens), targets, logins);
  }
}

/** A stack that ends does not wait for a registry that is away: it may never answer again. */
async function revoke(
  { endpoint, account, label, keys = [] }: ApiKeyOutputs,
  ending: boolean,
): Promise<void> {
  const away = ending ? await recentUnreachableReason(endpoint) : undefined;
  if (away !== undefined) throw new Error(away);
  await revokeAs(endpoint, [account, ...keys], (key) => key.label === label);
}

/** The key signs in, and as nobody but its account: only that one's keys are listed. */
async function prove({ endpoint, account }: ApiKeyInputs, key: HeldKey): Promise<void> {
  const { username, password, id } = key;
  const listed = await withClient(endpoint, { username, password }, listKeys);
  if (username !== account.username || !listed.some((each) => each.id === id))
    throw new Error(`the new key does not sign in as ${account.username}`);
}

/** Revokes what has the label besides `current`: of the account, and of those that may have had the key before it. */
async function revokeOthers(
  { endpoint, account, siblings, label }: ApiKeyInputs,
  olds: ApiKeyOutputs | undefined,
  current: HeldKey,
): Promise<void> {
  const labels = [label, ...(olds === undefined ? [] : [olds.label])];
  await withClient(endpoint, account, async (client) => {
    const old = (await listKeys(client)).filter(
      (key) => labels.includes(key.label) && key.id !== current.id,
    );
    await revokeKeys(
      client,
      old.map(({ id }) => id),
    );
  });
  const before = olds === undefined ? [] : [olds.account, ...(olds.keys ?? [])];
  const elsewhere = [...siblings, ...before].filter(
    ({ username }) => username !== account.username,
  );
  await revokeAs(endpoint, elsewhere, (key) => labels.includes(key.label));
}

const loginOf = (
  { host, aliases = [] }: Pick<ApiKeyInputs, "host" | "aliases">,
  { username, password }: HeldKey,
): Login => ({
  host,
  aliases,
  username,
  password,
});
