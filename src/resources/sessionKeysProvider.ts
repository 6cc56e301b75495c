import { newSessionKeys, type SessionKeys } from "../zot/sessionKeys";
import { isRenewed, type DynamicProvider } from "./provider";

export interface SessionKeysInputs {
  /** Another one makes other keys. Default: 1, as of states that do not say. */
  renewal?: number | string;
}

/** Makes session keys once and keeps them in the state, until they are renewed: keys made anew end every session. */
export const sessionKeysProvider: DynamicProvider<
  SessionKeysInputs,
  SessionKeysInputs & SessionKeys
> = {
  check: (_olds, inputs) => Promise.resolve({ inputs, failures: [] }),
  diff: (_id, olds, news) => Promise.resolve({ changes: isRenewed(olds, news) }),
  create: (inputs) => Promise.resolve({ id: "session-keys", outs: made(inputs) }),
  read: (id, props) => Promise.resolve({ id, props }),
  update: (_id, olds, news) => Promise.resolve({ outs: isRenewed(olds, news) ? made(news) : olds }),
  delete: () => Promise.resolve(),
};

const made = (inputs: SessionKeysInputs) => ({ ...inputs, ...newSessionKeys() });
