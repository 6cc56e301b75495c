import { isUnencrypted } from "../../registry/address";
import { dockerConfig, type Login } from "../../registry/dockerConfig";
import type { DeliveryTools, SchemaTools, WrongSetting } from "./targetKind";

/** Actions secrets of a repository or of an organization at a forge. */
interface ForgeTarget {
  /** `http(s)://host[/path]`; of GitHub its API, such as `https://api.github.com`. */
  url: string;
  /** `owner/name`; this or `organization`. */
  repository?: string;
  organization?: string;
  /** login: two secrets, for the user name and for the key. dockerconfigjson: one, which is replaced as a whole. */
  type: "login" | "dockerconfigjson";
  usernameSecret: string;
  keySecret: string;
  configSecret: string;
}

/** One secret of a forge. */
interface ForgeSecret {
  name: string;
  value: string;
  /** What of it no error may show, should the forge echo it. */
  hidden: string[];
}

/** The address of a forge's API. */
export const apiUrl = ({ textThat }: SchemaTools, what: string) =>
  textThat(`${what}: http(s)://host[:port][/path], without a slash at its end`, isApiUrl);

function isApiUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, search, hash } = new URL(text);
  const plain = [username, password, search, hash].every((part) => part === "");
  return /^https?:$/.test(protocol) && plain && !/[/?#]$/.test(text);
}

/** The settings that forges have in common. */
export function forgeSettings({ z, textThat, textLike }: SchemaTools) {
  /** A name that a forge lets a secret have: both reserve prefixes of their own. */
  const secretName = () =>
    textThat(
      "a secret's name: letters, digits and underscores, no digit first, not GITHUB_, FORGEJO_ or GITEA_ in front",
      (text) => /^(?!(?:GITHUB|FORGEJO|GITEA)_)[A-Z_][A-Z0-9_]{0,99}$/i.test(text),
    );
  return {
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
}

interface Owned {
  repository?: string | undefined;
  organization?: string | undefined;
}

/** The settings with the one owner that they name. */
export function withOwner<Settings extends Owned>({
  repository,
  organization,
  ...rest
}: Settings): Omit<Settings, "repository" | "organization"> & {
  repository?: string;
  organization?: string;
} {
  const owner = repository === undefined ? { organization: organization ?? "" } : { repository };
  return { ...rest, ...owner };
}

const ownerOf = ({ repository, organization = "" }: ForgeTarget) => repository ?? organization;

/** The owner in the paths of both forges' APIs. */
export const ownerPath = ({ repository, organization = "" }: ForgeTarget) =>
  repository === undefined ? `/orgs/${encodeURIComponent(organization)}` : `/repos/${repository}`;

/** What a forge is given for a login. */
function secretsFor(
  { type, usernameSecret, keySecret, configSecret }: ForgeTarget,
  login: Login,
): ForgeSecret[] {
  const { username, password } = login;
  // Base64 of both is among the spellings that are hidden.
  const hidden = [password, `${username}:${password}`];
  if (type === "dockerconfigjson")
    return [{ name: configSecret, value: dockerConfig(login), hidden }];
  return [
    { name: usernameSecret, value: username, hidden },
    { name: keySecret, value: password, hidden },
  ];
}

const namesOf = (target: ForgeTarget) =>
  secretsFor(target, { host: "", username: "", password: "" }).map(({ name }) => name);

/** Writes a login as one request for each secret. */
export const putEach =
  <Target extends ForgeTarget>(
    write: (target: Target, secret: ForgeSecret, tools: DeliveryTools) => Promise<void>,
  ) =>
  async (target: Target, login: Login, tools: DeliveryTools): Promise<void> => {
    for (const secret of secretsFor(target, login)) await write(target, secret, tools);
  };

/** What is the same of every forge. */
export const ofForges = {
  wrongSettings: ({ repository, organization }: Owned): WrongSetting[] =>
    (repository === undefined) !== (organization === undefined)
      ? []
      : [
          {
            key: "repository",
            value: repository,
            ...(repository === undefined ? {} : { because: "beside organization" }),
            allowed: "either repository (owner/name) or organization",
          },
        ],
  describe: (target: ForgeTarget) => `the Actions secrets of ${ownerOf(target)} at ${target.url}`,
  // Neither forge looks at the case of owners, repositories and secrets.
  places: (target: ForgeTarget) =>
    namesOf(target).map((name) =>
      `the secret ${name} of ${ownerOf(target)} at ${target.url}`.toLowerCase(),
    ),
  tokenName: ({ url }: ForgeTarget) => new URL(url).host,
  refusals: (target: ForgeTarget, cluster: string) => [
    ...plainText(target),
    ...sharedNames(target, cluster),
  ],
};

/** A forge's token may do more than the key that it delivers. */
function plainText({ url }: ForgeTarget): string[] {
  if (!isUnencrypted(url)) return [];
  return [
    `${url} takes its token and the key in plain text, for everybody on the way to read: write url: https://… (http is for this machine alone)`,
  ];
}

/**
 * Stacks know nothing of each other: where each writes a secret of the same name into one repository, every deployment takes
 * the other's away. A name with the cluster in it is that of one stack.
 */
function sharedNames(target: ForgeTarget, cluster: string): string[] {
  const part = inName(cluster);
  const holds = (name: string) => `_${name.toUpperCase()}_`.includes(`_${part}_`);
  const names = namesOf(target);
  if (part === "" || names.every(holds)) return [];
  const settings =
    target.type === "login"
      ? `usernameSecret: ZOT_${part}_USERNAME and keySecret: ZOT_${part}_API_KEY`
      : `configSecret: ZOT_${part}_DOCKER_CONFIG`;
  return [
    `another cluster's stack would write ${names.join(" and ")} of ${ownerOf(target)}, too, and each deployment would take the other's key away: write ${settings}`,
  ];
}

/** A cluster's name as it may stand in the name of a forge's secret. */
const inName = (cluster: string) => cluster.toUpperCase().replace(/[^A-Z0-9]+/g, "_");
