import { newSessionKeys, type SessionKeys } from "../zot/sessionKeys";
import { always, define, isRenewed, madeAnew, renewal } from "./define";

export interface SessionKeysInputs {
  /** Another one makes other keys. @default 1, as of states that do not say */
  renewal?: number | string;
}

type SessionKeysOutputs = SessionKeysInputs & SessionKeys;

/** Makes session keys once and keeps them in the state, until they are renewed: keys made anew end every session. */
export const sessionKeys = define<SessionKeysInputs, SessionKeysOutputs>({
  name: "sessionKeys",
  inputs: { renewal },
  outputs: {
    hashKey: { ...always, secret: true },
    encryptKey: { ...always, secret: true },
  },
  load: () =>
    madeAnew("session-keys", (news, olds) =>
      olds !== undefined && !isRenewed(olds, news) ? olds : { ...news, ...newSessionKeys() },
    ),
});
