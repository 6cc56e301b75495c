import { z } from "zod";
import { inDays, inSeconds } from "../zot/duration";
import { time } from "./rules";

const defaults = { extraContent: false, certificateEndsWithin: "14d", clockSkew: "60s" } as const;

/** What is checked of a registry beyond what was asked of it. */
export const checksSchema = z
  .strictObject({
    extraContent: z
      .boolean()
      .default(defaults.extraContent)
      .describe("Whether to report tags in seeded repositories that no seed declares."),
    certificateEndsWithin: time('whole days from 0d to 365d, such as "14d"', {
      to: "365d",
      whole: "1d",
    })
      .default(defaults.certificateEndsWithin)
      .describe("How long before its end a certificate is reported."),
    clockSkew: time('whole seconds from 1s to 1h, such as "60s"', {
      from: "1s",
      to: "1h",
      whole: "1s",
    })
      .default(defaults.clockSkew)
      .describe("By how much the registry's clock may differ from ours."),
  })
  .describe("What is checked of a registry beyond what was asked of it.");

/** The same as checks count, and as states hold it. */
export const limitsOf = ({
  extraContent,
  certificateEndsWithin,
  clockSkew,
}: z.output<typeof checksSchema>) => ({
  extraContent,
  certificateDays: inDays(certificateEndsWithin),
  clockSkewSeconds: inSeconds(clockSkew),
});

/** What holds where nothing was said. */
export const usualLimits = limitsOf(defaults);
