import semver from "semver";

/** The chart that is deployed when the stack file names none. */
export const defaultChartVersion = "0.1.122";

/** The oldest chart whose templates were read for the values that are set here. */
export const oldestChartVersion = "0.1.98";

/** Where the chart comes from when the stack file does not say: the project's own Helm repository. */
export const defaultChartSource = "https://zotregistry.dev/helm-charts";

/**
 * The rule that a chart version breaks, or undefined when it is fine. Charts newer than the newest that was read are
 * taken to keep its values.
 */
export function validateChartVersion(version: string): string | undefined {
  if (!/^\d+\.\d+\.\d+$/.test(version))
    return `a version of the chart, such as ${defaultChartVersion}`;
  return semver.lt(version, oldestChartVersion) || semver.major(version) !== 0
    ? `a 0.x version of the chart, ${oldestChartVersion} or newer`
    : undefined;
}

/** Which chart deploys the registry: `chart` of a stack file. */
export interface ChartChoice {
  /** A chart at a path has its own. @default 0.1.122 */
  version?: string;
  /** A Helm repository, an OCI reference or a path. @default the project's own repository */
  source?: string;
}

/** What a Helm release needs to find a chart. */
export interface ChartReference {
  chart: string;
  version?: string;
  repositoryOpts?: { repo: string };
}

/**
 * Where Helm finds the chart: a repository (`https://…`), an OCI reference (`oci://…/zot`), or a path on this machine,
 * whose chart has its own version.
 */
export function chartReference({
  version = defaultChartVersion,
  source = defaultChartSource,
}: ChartChoice = {}): ChartReference {
  if (source.startsWith("oci://")) return { chart: source, version };
  if (/^https?:\/\//.test(source))
    return { chart: "zot", version, repositoryOpts: { repo: source } };
  return { chart: source };
}
