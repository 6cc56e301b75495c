import { randomBytes } from "node:crypto";
import bcrypt from "bcryptjs";
import { HtpasswdError, isBcryptHash, validatePassword } from "./htpasswd";

/** What `htpasswd -B` and Zot's documentation lead people to; about 60 ms a hash. */
export const defaultCost = 10;

/**
 * The cost for passwords of ours. Zot hashes on every request, so the cost is paid with each layer that is pulled; it
 * slows guessing, and 192 random bits are not guessed. htpasswd's own default is 5, too.
 */
export const generatedCost = 5;

/**
 * The bcrypt hash of a password, salted at random: two calls give two hashes, so keep the first.
 *
 * It begins `$2b$`, which Zot, distribution and Apache read like `$2y$`.
 *
 * @param cost the logarithm of the rounds, 4 to 31; every step doubles the time of each request that signs in
 * @throws HtpasswdError for a password that bcrypt would cut short; the message does not hold it
 */
export async function hashPassword(password: string, cost = defaultCost): Promise<string> {
  const broken = validatePassword(password);
  if (broken !== undefined) throw new HtpasswdError(broken);
  if (!Number.isInteger(cost) || cost < 4 || cost > 31)
    throw new RangeError(`a bcrypt cost is a whole number from 4 to 31, not ${cost}`);
  return bcrypt.hash(password, cost);
}

/** Whether `password` is the one behind `hash` (`$2a$`, `$2b$` or `$2y$`); false when either is malformed. */
export async function verifyPassword(password: string, hash: string): Promise<boolean> {
  if (validatePassword(password) !== undefined || !isBcryptHash(hash)) return false;
  return bcrypt.compare(password, hash);
}

/** A new password: 32 characters of A-Z, a-z, 0-9, `-` and `_`, 192 bits of the system's randomness. */
export function generatePassword(): string {
  return randomBytes(24).toString("base64url");
}
