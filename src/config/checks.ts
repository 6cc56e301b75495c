import { z } from "zod";

/** What is checked of a registry beyond what was asked of it. */
export const checksSchema = z
  .strictObject({
    extraContent: z
      .boolean()
      .default(false)
      .describe("Whether to report tags in seeded repositories that no seed declares."),
    certificateDays: z
      .int()
      .min(0)
      .max(365)
      .default(14)
      .describe("Days before its end at which a certificate is reported."),
    clockSkewSeconds: z
      .int()
      .min(1)
      .max(3600)
      .default(60)
      .describe("Seconds by which the registry's clock may differ from ours."),
  })
  .describe("What is checked of a registry beyond what was asked of it.");
