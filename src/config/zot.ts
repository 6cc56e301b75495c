import { z } from "zod";
import {
  defaultZotVersion,
  neededVersion,
  oldestZotVersion,
  supports,
  unsupportedMessage,
  validateZotVersion,
  type ZotFeature,
} from "../zot/versions";
import { logLevels, usedFeatures, zotDefaults, type ZotSettings } from "../zot/zotConfig";
import type { Problem } from "./problem";
import { textThat, time, type Schemas } from "./rules";
import { found, pathText } from "./words";

const duration = () =>
  time('a time of a minute or more, such as "90m", "24h" or "1h30m"', { from: "1m" });

/** Which Zot runs, and how. */
export const zotSchema = z
  .strictObject({
    version: textThat(
      `a 2.x release of Zot, ${oldestZotVersion} or newer, without a v: ${defaultZotVersion}`,
      (text) => validateZotVersion(text) === undefined,
    )
      .default(defaultZotVersion)
      .describe("The release of Zot that runs; its configuration is made for it."),
    logLevel: z
      .enum(logLevels)
      .default(zotDefaults.logLevel)
      .describe("How much Zot writes. info shows every request."),
    metrics: z
      .boolean()
      .default(zotDefaults.metrics)
      .describe(
        "Whether Zot serves Prometheus metrics at /metrics. They are for the registry's admins and the account of monitoring, never for strangers.",
      ),
    gcDelay: duration()
      .default(zotDefaults.gcDelay)
      .describe(
        "How long a blob that no manifest names is kept. It must be longer than the slowest push: Zot's own 1h loses the first layers of slower ones.",
      ),
    gcInterval: duration()
      .default(zotDefaults.gcInterval)
      .describe("How often Zot sweeps its repositories."),
    requestTimeout: duration()
      .optional()
      .describe(
        `The longest that one request may take, the transfer of a whole layer included. Needs Zot 2.1.17. Default: ${zotDefaults.requestTimeout} from 2.1.17 on; older ones have no limit.`,
      ),
    fastRestart: z
      .boolean()
      .optional()
      .describe(
        "Whether Zot skips its walk over all images at start when neither it nor its storage settings changed; it then misses what others changed on the volume. Needs Zot 2.1.18. Default: it walks.",
      ),
  } satisfies Schemas<ZotSettings>)
  .describe("Which Zot runs, and how.");

const optionOf: Partial<Record<ZotFeature, keyof ZotSettings>> = {
  httpTimeouts: "requestTimeout",
  fastRestart: "fastRestart",
};

/** What is used of Zot that its version lacks; looks at a raw `zot` value, which may be wrong otherwise. */
export function zotVersionProblems(raw: unknown): Problem[] {
  const { version, requestTimeout, fastRestart } = zotSchema.shape;
  const read = z
    .object({
      version: version.catch(""),
      requestTimeout: requestTimeout.catch(undefined),
      fastRestart: fastRestart.catch(undefined),
    })
    .safeParse(raw).data;
  if (read === undefined || read.version === "") return [];
  return usedFeatures(read)
    .filter((feature) => !supports(read.version, feature))
    .map((feature) => {
      const option = optionOf[feature] ?? feature;
      return {
        path: pathText(["zot", option]),
        found: `${found((raw as Record<string, unknown>)[option])} with Zot ${read.version}`,
        allowed: `nothing: ${unsupportedMessage(read.version, feature)}`,
        hint: `set ${pathText(["zot", "version"])} to ${neededVersion(feature)} or newer, or leave this out`,
      };
    });
}
