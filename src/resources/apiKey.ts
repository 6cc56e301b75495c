import type { Endpoint } from "../cluster/endpoint";
import type { Target } from "../keys/delivery/allTargetKinds";
import type { KeyLife } from "../keys/life";
import type { Credentials } from "../registry/client";
import type * as deployed from "./deployments/apiKey";
import type * as judging from "./keyTargets";
import { define, except, optional, plain, secret } from "./define";
import type { DynamicProvider } from "./provider";

export interface ApiKeyInputs extends KeyLife {
  /** How the registry is reached from where the deployment runs. */
  endpoint: Endpoint;
  /** The registry's host name, under which clients look for the key. */
  host: string;
  /** More names of the same registry, under which clients may look as well. Absent where there are none. */
  aliases?: string[];
  /** Whose key it is, with the account's password. */
  account: Credentials;
  /** The other accounts that the key may be moved to: a deployment that was killed on the way may have left one there. */
  siblings: Credentials[];
  /** What finds the key in the registry when no state knows it: it belongs to this resource alone. */
  label: string;
  /** Another one renews. */
  renewal: number | string;
  targets: Target[];
  /** The forges' tokens, by host. */
  tokens: Record<string, string>;
  /**
   * Secrets among the targets, as namespace/name, that are there and were not made for a key. What a preview saw of the cluster;
   * no change of the key. Absent: none, or nobody looked.
   */
  foreign?: string[];
}

/** A key that a target may hold. */
export interface HeldKey extends Credentials {
  id: string;
  expiresAt: string;
}

export interface ApiKeyOutputs extends ApiKeyInputs {
  /** Every key that a target may hold, the newest first; one, once every target was proved to hold it. Secret. */
  keys?: HeldKey[];
  /** The newest one's id. */
  keyId?: string;
  expiresAt?: string;
  /** Why a refresh wants the key renewed. */
  renew?: string;
  /** Why not every target has the newest key. */
  problem?: string;
}

/** What makes another key where it changes; the rest is how the registry and the targets are reached. */
export const ofTheKey = [
  "account",
  "label",
  "expiresAfterDays",
  "renewal",
  "targets",
  "host",
  "aliases",
] as const;

/** A key of an account where it is needed. A preview looks at no clock: `refresh` says that a key is to be renewed. */
function apiKeyIn(surroundings?: deployed.Surroundings) {
  return define<ApiKeyInputs, ApiKeyOutputs>({
    name: "apiKey",
    inputs: {
      endpoint: plain,
      host: plain,
      aliases: plain,
      account: secret,
      // Each comes with its password marked.
      siblings: plain,
      label: plain,
      renewal: plain,
      expiresAfterDays: plain,
      renewBeforeDays: plain,
      targets: plain,
      tokens: secret,
      foreign: except("what a preview saw of the cluster is no part of the key"),
    },
    outputs: {
      keys: { ...optional, secret: true },
      keyId: optional,
      expiresAt: optional,
      renew: { ...optional, trouble: true },
      problem: { ...optional, trouble: true },
    },
    check: async (olds, inputs) => {
      const wrong = problems(inputs);
      // In a preview, a value that is not known yet comes as a text.
      const known = Array.isArray(inputs.targets) ? inputs.targets : [];
      if (known.length === 0) return { inputs, failures: wrong };
      // Loaded for who delivers; what delivers, for targets that are looked at before anything is changed.
      const { judgeTargets } = require("./keyTargets") as typeof judging;
      const deliveryClient = () =>
        (require("./deployments/apiKey") as typeof deployed).previewDeliveryClient(surroundings);
      const old = (olds as Partial<ApiKeyInputs> | undefined)?.targets ?? [];
      const { failures, foreign } = await judgeTargets(deliveryClient, inputs.label, old, known);
      return {
        inputs: { ...inputs, ...(foreign.length === 0 ? {} : { foreign }) },
        failures: [...wrong, ...failures],
      };
    },
    load: () => (require("./deployments/apiKey") as typeof deployed).apiKeyDeployment(surroundings),
  });
}

export const apiKey = apiKeyIn();

/** The provider, with a clock and targets of a test's own. */
export const apiKeyProviderIn = (
  surroundings: deployed.Surroundings,
): DynamicProvider<ApiKeyInputs, ApiKeyOutputs> => apiKeyIn(surroundings).provider;

function problems({
  expiresAfterDays,
  renewBeforeDays,
}: ApiKeyInputs): { property: string; reason: string }[] {
  return renewBeforeDays >= expiresAfterDays
    ? [
        {
          property: "renewBeforeDays",
          reason: `${renewBeforeDays} days before its end is before the key is made: it lives ${expiresAfterDays} days`,
        },
      ]
    : [];
}
