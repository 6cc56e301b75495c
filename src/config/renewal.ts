import { z } from "zod";
import type { Problem } from "./problem";
import { allowedText } from "./rules";
import { pathText } from "./words";

/** What stands there when nobody has written anything. */
export const firstRenewal = 1;

/** What is made anew when another number or word stands here. */
export const renewalMark = () =>
  z
    .union([z.int(), z.string().min(1)])
    .register(allowedText, { allowed: "a whole number or a text" })
    .default(firstRenewal);

/** What we make and nobody is handed, made anew by a change of the stack file. */
export const renewalSchema = z
  .strictObject({
    fleet: renewalMark().describe(
      "Any number or word; another one gives the account fleet, which seeds and verifies, another password, and revokes the API keys that were made with the one before.",
    ),
    sessionKeys: renewalMark().describe(
      "Any number or word; another one makes new session keys: whoever is signed in has to sign in again. Needs oidc.",
    ),
  })
  .describe("What is replaced: passwords and keys that this program makes and hands to nobody.");

/** Keys of sessions are there where people sign in; looks at raw values. */
export function renewalProblems(raw: Readonly<Record<string, unknown>>): Problem[] {
  const { data } = z.looseObject({ sessionKeys: z.unknown() }).safeParse(raw["renewal"]);
  return (data?.sessionKeys ?? firstRenewal) === firstRenewal || raw["oidc"] !== undefined
    ? []
    : [
        {
          path: pathText(["renewal", "sessionKeys"]),
          found: "a renewal of keys that there are not, since there is no oidc",
          allowed: "a renewal without sessionKeys, or a stack with oidc",
        },
      ];
}
