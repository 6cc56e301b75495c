import { code, tableLines } from "../render/markdown";
import { defaultChartVersion, oldestChartVersion } from "../zot/chartVersions";
import {
  defaultZotVersion,
  featureTitle,
  neededVersion,
  oldestZotVersion,
  zotFeatures,
} from "../zot/versions";

/** Which versions of Zot and of its chart are taken, and what came when. */
export function versionsPage(): string {
  return [
    "# Versions",
    "",
    ...tableLines(
      ["", "Oldest", "Deployed where the stack file names none"],
      [
        ["Zot", oldestZotVersion, defaultZotVersion],
        ["Helm chart", oldestChartVersion, defaultChartVersion],
      ],
    ),
    "",
    `Zot's configuration is made for the version that ${code("zot.version")} names: what this version does not know is an error in the preview. A newer Zot is taken to know what those before it know.`,
    "",
    ...tableLines(
      ["Since Zot", "What came with it"],
      zotFeatures.map((feature) => [neededVersion(feature), { markdown: featureTitle(feature) }]),
    ),
    "",
  ].join("\n");
}
