import semver from "semver";

/** The Zot that is deployed when the stack file names none; chart 0.1.122 ships it. */
export const defaultZotVersion = "2.1.18";

/** The oldest Zot whose configuration is known here; chart 0.1.98 ships it. */
export const oldestZotVersion = "2.1.14";

interface FeatureFact {
  readonly since: string;
  readonly title: string;
}

/**
 * Configuration keys, commands and habits that came after the oldest supported Zot, with the release that
 * brought each. A key that a version lacks stops it at start ("failed to load config due to unknown keys").
 * Read in pkg/api/config/config.go, pkg/api/authz.go and pkg/cli/server of the tagged releases.
 */
const features = {
  updateToOverwrite: {
    since: "2.1.15",
    title: "`update`, and `create` no more, as the right to overwrite the tag latest",
  },
  dockerChallenge: {
    since: "2.1.16",
    title:
      "the 401 that it answers Docker on /v2/ where some policies are anonymous and some are not",
  },
  maxRepos: { since: "2.1.16", title: "storage.maxRepos" },
  schemaCommand: { since: "2.1.16", title: "`zot schema`" },
  httpTimeouts: { since: "2.1.17", title: "http.readTimeout and http.writeTimeout" },
  groupsClaim: {
    since: "2.1.17",
    title: "claimMapping.groups of an identity provider, and looks for the claim `groups`",
  },
  policyConditions: { since: "2.1.17", title: "conditions in an access policy" },
  fastRestart: { since: "2.1.18", title: "storage.fastRestart" },
  redirectBlobUrl: { since: "2.1.18", title: "storage.redirectBlobURL" },
  anonymousMetrics: { since: "2.1.18", title: "http.accessControl.metrics.anonymousPolicy" },
  gcTimeWindow: { since: "2.1.19", title: "storage.gcTimeWindow" },
  keepUntagged: { since: "2.1.19", title: "keepUntagged in a retention policy" },
} as const satisfies Record<string, FeatureFact>;

/** Something that not every supported Zot understands. */
export type ZotFeature = keyof typeof features;

/** Every feature that depends on the version. */
export const zotFeatures = Object.keys(features) as readonly ZotFeature[];

/** A text that is no version of Zot which this program can configure. */
export class ZotVersionError extends Error {
  override readonly name = "ZotVersionError";
}

/** Options were used that the deployed Zot does not know; tells all of them at once. */
export class UnsupportedFeatureError extends Error {
  override readonly name = "UnsupportedFeatureError";
  /** The oldest version that knows all of them. */
  readonly needed: string;

  constructor(
    readonly version: string,
    readonly features: readonly [ZotFeature, ...ZotFeature[]],
  ) {
    super(features.map((feature) => unsupportedMessage(version, feature)).join("\n"));
    this.needed = features.map(neededVersion).reduce((a, b) => (semver.gt(a, b) ? a : b));
  }
}

/**
 * The rule that a version breaks, or undefined when it is fine: a release `2.x.y`, 2.1.14 or newer, without
 * the `v` of the image's tag. Versions newer than the newest that was read are taken to keep what those know.
 */
export function validateZotVersion(version: string): string | undefined {
  const parsed = /^\d+\.\d+\.\d+$/.test(version) ? semver.parse(version) : null;
  if (parsed === null) return `a release of Zot, such as ${defaultZotVersion}`;
  if (semver.lt(parsed, oldestZotVersion) || parsed.major !== 2)
    return `a 2.x release of Zot, ${oldestZotVersion} or newer`;
  return undefined;
}

/**
 * Whether the Zot of that version understands a feature.
 *
 * @throws ZotVersionError for a version that `validateZotVersion` refuses
 */
export function supports(version: string, feature: ZotFeature): boolean {
  const broken = validateZotVersion(version);
  if (broken !== undefined) throw new ZotVersionError(`"${version}" is not ${broken}`);
  return semver.gte(version, neededVersion(feature));
}

/** The release that brought a feature. */
export function neededVersion(feature: ZotFeature): string {
  return features[feature].since;
}

/** What a feature is, in words. */
export const featureTitle = (feature: ZotFeature): string => features[feature].title;

/** One line that says what is not understood, and from which version on it is. */
export function unsupportedMessage(version: string, feature: ZotFeature): string {
  const { title, since } = features[feature];
  return `Zot ${version} does not know ${title}, which came with ${since}`;
}
