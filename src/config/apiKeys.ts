import { z } from "zod";
import { kindOf, targetKinds, type Target } from "../keys/delivery/allTargetKinds";
import { kubernetesLabel } from "./registry";
import { renewalMark } from "./renewal";
import { allowedText, secrets, textLike, textThat, time } from "./rules";

const settings = targetKinds.map((kind) =>
  kind.settings({ z, textLike, textThat, kubernetesLabel }),
);

const names = targetKinds.map(({ to }) => to);

/** Where a key is wanted. */
const deliverySchema = z
  .discriminatedUnion("to", settings as [Settings, ...Settings[]])
  .register(allowedText, {
    allowed: `an object with to: ${names.slice(0, -1).join(", ")} or ${names.at(-1) ?? ""}`,
  });

type Settings = (typeof settings)[number];

export type DeliveryConfig = z.output<typeof deliverySchema>;

/** A key of a machine account. */
const apiKeySchema = z
  .strictObject({
    name: textLike(
      "a name in lower-case letters, digits and dashes, at most 63",
      /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
    ).describe("The key's name. With the cluster's it is the key's label in the registry."),
    account: z
      .enum(["ci", "puller"])
      .describe(
        "Whose key it is: the newest generation of ci (pull, push what is new) or of puller (pull). A rotation moves the key.",
      ),
    expiresAfter: time('whole days from 1d to 3650d, such as "90d"', {
      from: "1d",
      to: "3650d",
      whole: "1d",
    })
      .default("90d")
      .describe("The time from its making to its end."),
    renewBefore: time('whole days from 0d to 3649d, such as "21d"', { to: "3649d", whole: "1d" })
      .default("21d")
      .describe(
        "The time before its end from which `pulumi up --refresh` renews it, and a check warns. Less than expiresAfter.",
      ),
    renewal: renewalMark().describe("Any number or word; another one renews the key."),
    deliver: z
      .array(deliverySchema)
      .min(1)
      .register(allowedText, { allowed: "a list of objects, each with to, at least one" })
      .describe("Where the key is wanted."),
  })
  .describe("A key of a machine account.");

export const apiKeysSchema = z
  .array(apiKeySchema)
  .register(allowedText, { allowed: "a list of objects, each with name, account and deliver" })
  .default([])
  .describe("API keys of machine accounts: they expire, and are replaced where they are needed.");

export type ApiKeyConfig = z.output<typeof apiKeySchema>;

/** Tokens of forges. Secret. */
export const deliveryTokensSchema = z
  .record(z.string(), z.string().min(1).register(allowedText, { allowed: "a token" }))
  .register(allowedText, { allowed: "an object with a token for each forge's host" })
  .register(secrets, { secret: true })
  .describe(
    'The tokens that write Actions secrets, by the host of the forge\'s url. Set it with `pulumi config set --secret deliveryTokens \'{"api.github.com": "…"}\'`.',
  );

export const revokeKeysSchema = z
  .boolean()
  .default(true)
  .describe(
    "Whether the API keys of an account that goes, or that gets another password, are revoked, before and after the change. false lets them work until they expire; ZF704 warns of them until it is true again, and they are revoked then.",
  );

/** Where a key goes, with the cluster's context filled in. */
export const targetsOf = ({ deliver }: ApiKeyConfig, context: string): Target[] =>
  deliver.flatMap((settings) => kindOf(settings)?.targetOf(settings, context) ?? []);
