import type { V1StatefulSet } from "@kubernetes/client-node";
import { KubernetesError, kubernetesReader } from "../cluster/kubernetes";
import type { KeyRevocationInputs, KeyRevocationOutputs } from "./keyRevocationProvider";
import { progress } from "./progress";
import type { Deployment } from "./provider";
import { revokeAs } from "./revokeAs";

export const keyRevocationDeployment: Deployment<KeyRevocationInputs, KeyRevocationOutputs> = {
  create: (inputs) => Promise.resolve({ id: "key-revocation", outs: inputs }),
  read: (id, props) => Promise.resolve({ id, props }),
  update: async (_id, olds, news) => ({ outs: await update(olds, news) }),
  delete: () => Promise.resolve(),
};

async function update(
  olds: KeyRevocationOutputs,
  news: KeyRevocationInputs,
): Promise<KeyRevocationOutputs> {
  const going = olds.enabled ? leaving(olds, news) : [];
  const missed = going.length === 0 ? [] : await revokeAll(going, olds, news);
  // An account that is there again is looked at by the checks themselves.
  const known = news.accounts.filter(({ password }) => password !== undefined);
  const back = new Set(known.map(({ username }) => username));
  const before = (olds.unrevoked ?? []).filter((name) => !back.has(name));
  const unrevoked = [...new Set([...before, ...missed])];
  return { ...news, ...(unrevoked.length === 0 ? {} : { unrevoked }) };
}

/** The accounts whose keys must go: all of them where API keys are turned off, for nobody can revoke them afterwards. */
function leaving(
  olds: KeyRevocationInputs,
  news: KeyRevocationInputs,
): KeyRevocationInputs["accounts"] {
  if (!news.enabled) return olds.accounts;
  return olds.accounts.filter(({ username, password }) => {
    const now = news.accounts.find((account) => account.username === username);
    return now === undefined || now.password !== password;
  });
}

/** Revokes every key of the accounts and gives the names of those where nothing could be listed. */
async function revokeAll(
  going: KeyRevocationInputs["accounts"],
  olds: KeyRevocationInputs,
  news: KeyRevocationInputs,
): Promise<string[]> {
  const names = going.map(({ username }) => username);
  if (!news.revoke) {
    progress.say(
      `zot-fleet:revokeKeys is false: the API keys of ${names.join(", ")} work until they expire`,
    );
    return names;
  }
  // A password that the registry has already got serves as well: an account's keys are listed by its name.
  const ways = [...going, ...news.accounts].flatMap(({ username, password }) =>
    password === undefined || !names.includes(username) ? [] : [{ username, password }],
  );
  const hidden = names.filter((name) => !ways.some(({ username }) => username === name));
  try {
    const refused = await revokeAs(olds.endpoint, ways, () => true);
    const missed = [...hidden, ...refused];
    if (missed.length > 0)
      progress.say(`the API keys of ${missed.join(", ")} cannot be listed: ${whyNot}`);
    return missed;
  } catch (error) {
    if (!(await isThere(olds))) return [];
    const words = error instanceof Error ? error.message : String(error);
    throw new Error(
      `the API keys of ${names.join(", ")} could not be revoked, and would open the registry when the account is gone: ${words}\n` +
        "  Nothing has changed. Run it again when the registry answers, or set zot-fleet:revokeKeys to false for one deployment:\n" +
        "  the keys then work until they expire.",
    );
  }
}

const whyNot = "no password of theirs is known that the registry takes";

async function isThere({ statefulSet }: KeyRevocationInputs): Promise<boolean> {
  if (statefulSet === undefined) return true;
  const { context, namespace, name } = statefulSet;
  const object = { apiVersion: "apps/v1", kind: "StatefulSet", namespace, name };
  try {
    const reader = await kubernetesReader(context);
    return (await reader.read<V1StatefulSet>(object)) !== undefined;
  } catch (error) {
    if (error instanceof KubernetesError) return true;
    throw error;
  }
}
