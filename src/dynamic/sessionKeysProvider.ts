import { newSessionKeys, type SessionKeys } from "../zot/sessionKeys";
import type { DynamicProvider } from "./provider";

/** Makes session keys once and keeps them in the state: keys made anew are a diff, and end every session. */
export const sessionKeysProvider: DynamicProvider<object, SessionKeys> = {
  check: (_olds, inputs) => Promise.resolve({ inputs, failures: [] }),
  diff: () => Promise.resolve({ changes: false }),
  create: () => Promise.resolve({ id: "session-keys", outs: newSessionKeys() }),
  read: (id, props) => Promise.resolve({ id, props }),
  update: (_id, olds) => Promise.resolve({ outs: olds }),
  delete: () => Promise.resolve(),
};
