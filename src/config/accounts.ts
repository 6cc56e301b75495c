import { z } from "zod";
import { isHtpasswdEntry, looksLikeHtpasswd, validatePassword } from "../zot/htpasswd";
import { ConfigError } from "./problem";
import { allowedText, secrets } from "./rules";
import { pathText } from "./words";

/** The admin's password, or a ready line of an htpasswd file for teams that have no plain text. Secret. */
export const adminPasswordSchema = z
  .string()
  .superRefine((text, context) => {
    const hint = brokenRule(text);
    if (hint !== undefined) context.addIssue({ code: "custom", params: { hint } });
  })
  .register(allowedText, {
    allowed:
      "a password of 1 to 72 bytes, or a line user:hash with a whole bcrypt hash ($2a$, $2b$ or $2y$)",
  })
  .register(secrets, { secret: true })
  .describe(
    "The password of the account admin, or a ready htpasswd line `user:$2y$…`, which is taken as it is. Set it with `pulumi config set --secret adminPassword`. Default: a password is generated and kept in Pulumi's state.",
  );

/** Never holds the text: it is a secret even where it is wrong. */
function brokenRule(text: string): string | undefined {
  if (isHtpasswdEntry(text)) return undefined;
  if (!looksLikeHtpasswd(text)) return validatePassword(text);
  return isHtpasswdEntry(text.trim())
    ? "this is an htpasswd line with white space around it: set it again without the line break"
    : "this looks like an htpasswd line or a hash, and is not user:hash with a whole bcrypt hash of 60 characters: make one with htpasswd -nbB";
}

interface AdminPassword {
  readonly adminPassword?: string | undefined;
}

/**
 * Characters of a password that people choose (OWASP ASVS 4.0, 2.1.1). Zot locks nobody out: a second of waiting for each wrong
 * one is all that stands between a gateway and whoever guesses.
 */
const shortest = 12;

const path = pathText(["adminPassword"]);
const rule = `a password of at least ${shortest} characters, or an htpasswd line`;

/** @throws ConfigError for a short password in a stack that is new; never with the password */
export function refuseWeakPassword(config: AdminPassword, existing: boolean): void {
  if (existing || !isShort(config)) return;
  throw new ConfigError([
    {
      path,
      found: `a password of fewer than ${shortest} characters, which is not shown`,
      allowed: rule,
      hint: "leave it out, and one is generated: pulumi config rm adminPassword",
    },
  ]);
}

/** The same in a stack that was deployed with it before: a warning at every preview. */
export function weakPasswordWarnings(config: AdminPassword, existing: boolean): string[] {
  return existing && isShort(config)
    ? [
        `${path}: it has fewer than ${shortest} characters, and whoever reaches a gateway can guess at it. A new stack would be refused; set ${rule}: pulumi config set --secret adminPassword`,
      ]
    : [];
}

function isShort({ adminPassword: password }: AdminPassword): boolean {
  return (
    password !== undefined && !isHtpasswdEntry(password) && Array.from(password).length < shortest
  );
}
