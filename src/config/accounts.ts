import { z } from "zod";
import { isHtpasswdEntry, looksLikeHtpasswd, validatePassword } from "../zot/htpasswd";
import { allowedText, secrets } from "./rules";

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
