import type { Login } from "../../registry/dockerConfig";
import { fileHolds, removeFile, writeKeyFile } from "./file";
import { putForgejoSecret } from "./forgejo";
import { putGitHubSecret } from "./github";
import { applySecret, foreignSecret, removeSecret, secretHolds } from "./kubernetesSecret";
import { forgeSecrets } from "./forgeSecrets";
import { DeliveryError, tokenNameOf, type Target } from "./target";

/** Puts logins into targets, looks whether they are there, and takes them out. */
export interface DeliveryClient {
  /** Puts the login there; what the target held before is gone. @throws DeliveryError; the login may be there all the same */
  put: (target: Target, login: Login) => Promise<void>;
  /** Whether the target holds this login; undefined where it tells nobody, as forges do. @throws DeliveryError */
  holds: (target: Target, login: Login) => Promise<boolean | undefined>;
  /**
   * Takes the login away where it can be seen to be there; anything else stays.
   *
   * @returns whether what held it stays, because it was not made for a key
   * @throws DeliveryError
   */
  withdraw: (target: Target, login: Login) => Promise<boolean>;
  /** What is there and was not made for a key, by its name: of it only our keys are written. @throws DeliveryError */
  foreign: (target: Target) => Promise<string | undefined>;
}

/**
 * Delivers to real targets.
 *
 * @param tokens the forges' tokens, by host
 */
export function deliveryClient(tokens: Readonly<Record<string, string>>): DeliveryClient {
  return {
    put: async (target, login) => {
      if (target.to === "kubernetes") return applySecret(target, login);
      if (target.to === "file") return writeKeyFile(target, login);
      const name = tokenNameOf(target);
      const token = tokens[name];
      if (token === undefined)
        throw new DeliveryError(`zot-fleet:deliveryTokens has no token for ${name}`);
      const put = target.to === "forgejo" ? putForgejoSecret(target) : putGitHubSecret(target);
      for (const secret of forgeSecrets(target, login)) await put(token, secret);
    },
    holds: async (target, login) => {
      if (target.to === "kubernetes") return secretHolds(target, login);
      return target.to === "file" ? fileHolds(target, login) : undefined;
    },
    withdraw: async (target, login) => {
      if (target.to === "kubernetes") return removeSecret(target, login);
      if (target.to === "file") await removeFile(target, login);
      return false;
    },
    foreign: async (target) => (target.to === "kubernetes" ? foreignSecret(target) : undefined),
  };
}
