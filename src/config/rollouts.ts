import { z } from "zod";
import { kubernetesLabel } from "./registry";

/** Workloads that restart when the digest behind a seed's tag changes. */
export const rolloutsSchema = z
  .array(
    z
      .strictObject({
        namespace: kubernetesLabel("a namespace").describe("The workload's namespace."),
        kind: z
          .enum(["Deployment", "StatefulSet", "DaemonSet"])
          .default("Deployment")
          .describe("The workload's kind."),
        name: kubernetesLabel("the workload's name").describe("The workload's name."),
      })
      .describe("A workload that runs the image by its tag."),
  )
  .default([])
  .describe(
    "Workloads that run the image by a tag that moves, such as latest: they restart when the digest behind it changes.",
  );
