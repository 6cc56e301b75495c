import type { RegistryKind } from "../facts/zot";
import type { Credentials, RegistryAddress, RegistryClient } from "../registry/client";
import type { Content } from "./content";
import { isKnown, type Expectations } from "./expectations";

/**
 * passed, failed: it was looked at. warning: it holds, and will not for long. skipped: it does not apply or cannot be
 * looked at here; `detail` says why.
 */
export type Status = "passed" | "warning" | "failed" | "skipped";

/** What a check found about one subject. */
export interface Outcome {
  status: Status;
  /** What was seen, in one line: the evidence. Never a credential. */
  detail: string;
  /** What it was seen on, where a check looks at several things: an account, an image's tag. */
  subject?: string;
  /** What to do about it, where this outcome knows better than the check's own hint. */
  hint?: string;
  /** When what was looked at ends, RFC 3339: of a certificate. */
  ends?: string;
  /** How much is left of what runs out: of several things that hold, the one with the least is the worst. */
  left?: number;
  /** Skipped, since nothing was declared, or came to be, that the check looks at. */
  nothingDeclared?: true;
}

/** What a check says before it is settled. */
export interface Finding extends Outcome {
  /** The failure may pass by itself: it is looked at again for the check's `lag`. Default: it is a fault, told at once. */
  mayLag?: true;
}

/** One claim about a registry that can be looked at without changing anything. */
export interface Check {
  /**
   * Stable: it never changes its meaning and is not given out again. ZF1xx: reach, TLS, time. ZF2xx: accounts and rights.
   * ZF3xx: content. ZF4xx: storage and version. ZF5xx: the cluster around the registry. ZF6xx: signing in.
   * ZF7xx: API keys. ZF8xx: the registries whose images are cached.
   */
  code: string;
  /** The claim, as it reads when it holds. */
  title: string;
  /** What to do when it does not hold. */
  hint: string;
  /** Why it matters and what usually breaks it, for `explain`, where title and hint leave that open. */
  why?: string;
  /** How long a failure that may lag is looked at again, in milliseconds. Default 0. */
  lag?: number;
  /** It looks below HTTP, so it runs where the registry does not answer, too. Default false. */
  below?: true;
  run: (context: CheckContext) => Promise<Finding | Finding[]>;
}

export interface CheckContext extends Expectations {
  address: RegistryAddress;
  /** A client for these credentials, or for a stranger; the same one each time, closed by the runner. */
  client: (credentials?: Credentials) => RegistryClient;
  /** What the registry holds, as an admin sees it; undefined where no admin's password is known. */
  content: Content | undefined;
  /** Which registry it is: as declared, else found out once. */
  kind: () => Promise<RegistryKind>;
}

/** An outcome with the check it belongs to: what reports are made of. */
export interface CheckResult extends Outcome {
  code: string;
  title: string;
  hint: string;
}

/** A client with an admin's rights, or undefined where no admin's password is known. */
export function asAdmin({
  accounts,
  client,
}: Pick<CheckContext, "accounts" | "client">): RegistryClient | undefined {
  const admin = accounts.filter(isKnown).find(({ role }) => role === "admin");
  return admin && client({ username: admin.username, password: admin.password });
}
