import type { Credentials, RegistryAddress, RegistryClient } from "../oci/client";

/** passed, failed: it was looked at. skipped: it does not apply or cannot be looked at here; `detail` says why. */
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
}

/** One claim about a registry that can be looked at without changing anything. */
export interface Check {
  /** Stable: it never changes its meaning and is not given out again. */
  code: string;
  /** The claim, as it reads when it holds. */
  title: string;
  /** What to do when it does not hold. */
  hint: string;
  /** How long a failure may be lag rather than fault, in milliseconds: it is looked at again until then. Default 0. */
  lag?: number;
  run: (context: CheckContext) => Promise<Outcome | Outcome[]>;
}

/** An account that the registry should accept. */
export interface ExpectedAccount {
  username: string;
  /** Absent where only its hash is known: then nothing can be tried with it. */
  password?: string;
  role: Role;
}

/** What an account may do. admin: everything. reader: pull. */
export type Role = "admin" | "reader";

/** An image that the registry should hold. */
export interface ExpectedImage {
  repository: string;
  tags: string[];
  /** Absent where the seeding failed. */
  digest?: string;
  /** Why the seeding failed. */
  problem?: string;
  platforms: string[];
}

/** What was asked of the registry: all that checks may compare with. */
export interface Expectations {
  accounts: ExpectedAccount[];
  /** Credentials that worked once and must not work now. */
  retired: Credentials[];
  images: ExpectedImage[];
}

export interface CheckContext extends Expectations {
  address: RegistryAddress;
  /** A client for these credentials, or for a stranger; the same one each time, closed by the runner. */
  client: (credentials?: Credentials) => RegistryClient;
}

/** An outcome with the check it belongs to: what reports are made of. */
export interface CheckResult extends Outcome {
  code: string;
  title: string;
  hint: string;
}

/** A client with an admin's rights, or undefined where no admin's password is known. */
export function asAdmin({ accounts, client }: CheckContext): RegistryClient | undefined {
  const admin = accounts.find(({ role, password }) => role === "admin" && password !== undefined);
  return admin?.password === undefined
    ? undefined
    : client({ username: admin.username, password: admin.password });
}
