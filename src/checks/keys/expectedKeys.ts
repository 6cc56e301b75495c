/** An API key that the registry should take. */
export interface ExpectedApiKey {
  /** The key's name in the stack file. */
  name: string;
  /** The account that it acts as. */
  username: string;
  /** Its id in the registry; absent where it was not made. */
  id?: string;
  /** The key itself; absent where it was not made. */
  password?: string;
  /** When it ends, RFC 3339. */
  expiresAt?: string;
  /** Days before its end from which it is renewed. */
  renewBeforeDays: number;
}

/** What was asked of a registry's API keys. */
export interface ExpectedKeys {
  declared: ExpectedApiKey[];
  /** Accounts that went while their keys could not be revoked. */
  unrevoked: string[];
  /** Keys that were replaced, as credentials: they must not work now. */
  replaced?: { username: string; password: string }[];
}
