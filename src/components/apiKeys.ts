import * as pulumi from "@pulumi/pulumi";
import type { Endpoint } from "../cluster/endpoint";
import { kindOf, type Target } from "../keys/delivery/allTargetKinds";
import { ApiKey, type Account } from "../resources/classes";
import { labelOf } from "../keys/label";
import { inDays } from "../zot/duration";
import { passwordOf } from "./accounts";
import type { MachineRole } from "./generations";
import { todaysWords } from "./todaysWords";

/** A key of a machine account, and where it is wanted. */
export interface ApiKeyToDeploy {
  /** Unique among the keys of a registry. */
  name: string;
  /** Whose newest generation it acts as. */
  account: MachineRole;
  /** The time from its making to its end: whole days, such as `90d`. */
  expiresAfter: string;
  /** The time before its end from which a refresh marks it for renewal: whole days. */
  renewBefore: string;
  /** Another one renews. */
  renewal: number | string;
  targets: readonly Target[];
}

export interface ApiKeysArgs {
  /** How the registry is reached from where the deployment runs. */
  endpoint: Endpoint;
  /** The registry's host name, under which clients look for a key. */
  host: string;
  /** More names of the same registry. @default none */
  aliases?: readonly string[];
  /** What identifies the cluster, a part of every key's label: another one makes every key anew. */
  cluster: pulumi.Input<string>;
  /** The newest generation of each machine account. */
  accounts: Readonly<Record<MachineRole, Account>>;
  keys: readonly ApiKeyToDeploy[];
  /** The tokens that targets need, forges by host. A secret. @default none */
  tokens?: pulumi.Input<Record<string, string>> | undefined;
}

/** The API keys of machine accounts: made, proved, delivered, and replaced before they end. */
export class ApiKeys extends pulumi.ComponentResource {
  readonly keys: readonly { declared: ApiKeyToDeploy; key: ApiKey }[];

  constructor(name: string, args: ApiKeysArgs, opts?: pulumi.ComponentResourceOptions) {
    super("zot-fleet:index:ApiKeys", name, {}, opts);
    const { endpoint, host, aliases = [], cluster, accounts, tokens } = args;
    const login = (account: Account) => ({
      username: account.username,
      password: passwordOf(account),
    });
    const siblings = Object.values(accounts).map(login);
    const { apiKeys } = todaysWords({ apiKeys: args.keys });
    this.keys = apiKeys.map((declared) => {
      const { expiresAfter, renewBefore, renewal, targets } = declared;
      const key = new ApiKey(
        `${name}-${declared.name}`,
        {
          endpoint,
          host,
          // States of before there were any hold no such input.
          ...(aliases.length === 0 ? {} : { aliases: [...aliases] }),
          account: login(accounts[declared.account]),
          siblings,
          label: pulumi.output(cluster).apply((identity) => labelOf(identity, declared.name)),
          expiresAfterDays: inDays(expiresAfter),
          renewBeforeDays: inDays(renewBefore),
          renewal,
          targets: [...targets],
          tokens: tokensFor(targets, tokens),
        },
        { parent: this },
      );
      return { declared, key };
    });
    this.registerOutputs({ labels: this.keys.map(({ key }) => key.label) });
  }
}

/** The tokens that these targets need, and no others: a token that changes is no news to the rest. */
function tokensFor(
  targets: readonly Target[],
  tokens: ApiKeysArgs["tokens"],
): pulumi.Output<Record<string, string>> {
  const names = targets.map((target) => kindOf(target)?.tokenName?.(target));
  return pulumi.output(tokens ?? {}).apply((all) => {
    const needed = Object.entries(all).filter(([name]) => names.includes(name));
    return Object.fromEntries(needed);
  });
}
