import { z } from "zod";
import {
  defaultChartSource,
  defaultChartVersion,
  oldestChartVersion,
  validateChartVersion,
} from "../zot/chartVersions";
import { textThat } from "./rules";

/** Which Helm chart deploys the registry. */
export const chartSchema = z
  .strictObject({
    version: textThat(
      `a 0.x version of the chart, ${oldestChartVersion} or newer, such as ${defaultChartVersion}`,
      (text) => validateChartVersion(text) === undefined,
    )
      .default(defaultChartVersion)
      .describe("The version of the chart. A chart at a path has its own."),
    source: textThat(
      "a Helm repository (https://…), an OCI reference (oci://…/zot) or a path (./… or /…)",
      (text) => /^(?:https?:\/\/|oci:\/\/|\.{0,2}\/)[^\s@]+$/.test(text),
    )
      .default(defaultChartSource)
      .describe(
        "Where the chart is: a Helm repository, an OCI reference, or a path from the folder of Pulumi.yaml, for clusters without the internet.",
      ),
  })
  .describe("Which Helm chart deploys the registry.");
