import { z } from "zod";
import type { Target } from "../keys/delivery/target";
import { kubernetesLabel } from "./registry";
import { allowedText, textLike, textThat } from "./rules";

/** A name that a forge lets a secret have: both reserve prefixes of their own. */
const secretName = () =>
  textThat(
    "a secret's name: letters, digits and underscores, no digit first, not GITHUB_, FORGEJO_ or GITEA_ in front",
    (text) => /^(?!(?:GITHUB|FORGEJO|GITEA)_)[A-Z_][A-Z0-9_]{0,99}$/i.test(text),
  );

const apiUrl = (what: string) =>
  textThat(`${what}: http(s)://host[:port][/path], without a slash at its end`, isApiUrl);

function isApiUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, search, hash } = new URL(text);
  const plain = [username, password, search, hash].every((part) => part === "");
  return /^https?:$/.test(protocol) && plain && !/[/?#]$/.test(text);
}

const forge = {
  repository: textLike("owner/name", /^(?!\.)[\w.-]+\/(?!\.{1,2}$)[\w.-]+$/)
    .optional()
    .describe("The repository whose workflows use the key. This, or organization."),
  organization: textLike("an organization's name", /^[A-Za-z0-9][\w.-]*$/)
    .optional()
    .describe("The organization whose workflows use the key. This, or repository."),
  type: z
    .enum(["login", "dockerconfigjson"])
    .default("login")
    .describe(
      "login: one secret for the user name, one for the key. dockerconfigjson: one secret with both, which a rotation replaces at once; what --authfile reads.",
    ),
  usernameSecret: secretName()
    .default("ZOT_USERNAME")
    .describe(
      "The secret with the user name, for type login. A new one has the cluster's name in it: ZOT_OTTAWA_USERNAME.",
    ),
  keySecret: secretName()
    .default("ZOT_API_KEY")
    .describe("The secret with the key, for type login: ZOT_OTTAWA_API_KEY."),
  configSecret: secretName()
    .default("ZOT_DOCKER_CONFIG")
    .describe("The secret for type dockerconfigjson: ZOT_OTTAWA_DOCKER_CONFIG."),
};

const kubernetes = z
  .strictObject({
    to: z.literal("kubernetes"),
    namespace: kubernetesLabel("a namespace").describe("Is there already."),
    name: textLike(
      "a Secret's name: lower-case letters, digits, dashes and dots",
      /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/,
    ).describe("The Secret's name."),
    type: z
      .enum(["dockerconfigjson", "opaque"])
      .default("dockerconfigjson")
      .describe("dockerconfigjson: a pull secret. opaque: the keys username and password."),
  })
  .describe("A Secret of the cluster.");

const forgejo = z
  .strictObject({
    to: z.literal("forgejo"),
    url: apiUrl("Forgejo's address").describe(
      "Where Forgejo (or Gitea) answers. Its token stands in deliveryTokens.",
    ),
    ...forge,
  })
  .describe("Actions secrets of Forgejo.");

const github = z
  .strictObject({
    to: z.literal("github"),
    url: apiUrl("the address of GitHub's API")
      .default("https://api.github.com")
      .describe(
        "Where GitHub's API answers; of GitHub Enterprise https://host/api/v3. Its token stands in deliveryTokens.",
      ),
    ...forge,
    visibility: z
      .enum(["private", "all"])
      .default("private")
      .describe("Which of an organization's repositories see the secret."),
  })
  .describe("Actions secrets of GitHub.");

const file = z
  .strictObject({
    to: z.literal("file"),
    path: textThat("the path of a file; ~ is not expanded", (text) =>
      /^(?!~)[^\0]*[^/\0]$/.test(text),
    ).describe(
      "The file, relative to the folder of Pulumi.yaml, for the user alone. Only up and destroy look at it.",
    ),
    type: z
      .enum(["dockerconfigjson", "key"])
      .default("dockerconfigjson")
      .describe("dockerconfigjson: what --authfile reads. key: the key alone."),
  })
  .describe("A file of the machine that deploys.");

/** Where a key is wanted. */
export const deliverySchema = z
  .discriminatedUnion("to", [kubernetes, forgejo, github, file])
  .register(allowedText, { allowed: "an object with to: kubernetes, forgejo, github or file" });

export type DeliveryConfig = z.output<typeof deliverySchema>;

/** The same, as it is delivered to. */
export function deliveryTarget(config: DeliveryConfig, context: string): Target {
  if (config.to === "kubernetes") return { ...config, context };
  if (config.to === "file") return config;
  const { repository, organization, ...rest } = config;
  const owner = repository === undefined ? { organization: organization ?? "" } : { repository };
  return { ...rest, ...owner };
}
