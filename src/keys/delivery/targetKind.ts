import type { z } from "zod";
import type { Login } from "../../registry/dockerConfig";
import type { askForge, readTexts } from "./forgeRequest";

/**
 * A kind of place that API keys are delivered to: all that is known of it. Its file loads nothing that a preview does not need:
 * zod, the rules of the stack file and HTTP are handed in, and a package of its own is loaded by `import()` where it is used.
 *
 * `Schema` is what the stack file may say, `Target` what the state holds: what states have of it has to be understood for good.
 */
export interface TargetKind<Schema extends z.ZodObject, Target extends { to: string }> {
  /** What the stack file and states call it. */
  to: Target["to"];
  /** The settings with their defaults; `to` is a literal of them. */
  settings: (tools: SchemaTools) => Schema;
  /** The settings as they are delivered to, with the kubeconfig context of the registry's cluster. */
  targetOf: (settings: z.output<Schema>, context: string) => Target;
  /** Settings that are right one by one, and wrong together. */
  wrongSettings?: (settings: z.output<Schema>) => WrongSetting[];
  /** What it is, in the middle of a sentence. */
  describe: (target: Target) => string;
  /** What it takes for itself, in words: no two targets may write to one place. */
  places: (target: Target) => string[];
  /** Which of `deliveryTokens` it needs. Absent: it needs none. */
  tokenName?: (target: Target) => string;
  /**
   * What must not be so of a new target, in words, and what to write instead. One that is deployed already goes on with a warning: a change
   * that nobody asked for would break who reads the key.
   *
   * @param cluster the cluster as the keys' labels name it
   */
  refusals?: (target: Target, cluster: string) => string[];
  /** It is another one on every machine that deploys: a refresh does not look whether it holds the key. */
  ofThisMachine?: true;
  /** Puts the login there; what was there before is gone. @throws DeliveryError; the login may be there all the same */
  put: (target: Target, login: Login, tools: DeliveryTools) => Promise<void>;
  /** Whether it holds this login. Absent: it shows nobody what it holds. @throws DeliveryError */
  holds?: (target: Target, login: Login, tools: DeliveryTools) => Promise<boolean>;
  /**
   * Takes the login away where it can be seen to be there; anything else stays. Absent: that cannot be seen.
   *
   * @returns whether what held it stays, because it was not made for a key
   * @throws DeliveryError
   */
  withdraw?: (target: Target, login: Login, tools: DeliveryTools) => Promise<boolean>;
  /**
   * What is there and was not made for a key, by its name: of it only our keys are written. Absent: nothing else is ever there.
   * A preview asks it, without a token.
   *
   * @throws DeliveryError
   */
  foreign?: (target: Target) => Promise<string | undefined>;
}

/** What settings are written with. */
export interface SchemaTools {
  z: typeof z;
  /** A text that a function checks; `allowed` is the rule in words. */
  textThat: (allowed: string, holds: (text: string) => boolean) => z.ZodString;
  /** A text that a regular expression checks; `allowed` is the rule in words. */
  textLike: (allowed: string, pattern: RegExp) => z.ZodString;
  /** A name of Kubernetes that is a DNS label. */
  kubernetesLabel: (what: string) => z.ZodString;
}

/** What a delivery is done with. */
export interface DeliveryTools {
  /** The one that `tokenName` names; empty where the kind needs none. */
  token: string;
  askForge: typeof askForge;
  readTexts: typeof readTexts;
}

/** A setting that is wrong because of others. */
export interface WrongSetting {
  key: string;
  value: unknown;
  /** What makes it wrong, where there is a value. */
  because?: string;
  /** The rule in words, as it follows "allowed:". */
  allowed: string;
}

/** Lets TypeScript read both types from the kind. */
export const targetKind = <Schema extends z.ZodObject, Target extends { to: string }>(
  kind: TargetKind<Schema, Target>,
): TargetKind<Schema, Target> => kind;

/** A delivery failed. The message says where and what to do, and holds neither token nor key. */
export class DeliveryError extends Error {
  override readonly name = "DeliveryError";

  constructor(
    message: string,
    /** The status of a forge's answer; absent where it gave none. */
    readonly status?: number,
  ) {
    super(message);
  }
}
