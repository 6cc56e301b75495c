import { z } from "zod";
import { sizePattern } from "../zot/memory";
import { networkPolicySchema } from "./networkPolicy";
import { allowedText, textLike } from "./rules";

/** A name of Kubernetes that is a DNS label (RFC 1123), such as a namespace's. */
export const kubernetesLabel = (what: string) =>
  textLike(
    `${what}: lower-case letters, digits and dashes, at most 63`,
    /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
  );

const size = (example: string) => textLike(`a size such as ${example}`, sizePattern);

const className = () =>
  textLike("the name of a StorageClass", /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/);

/** The chart's claim template, which a live StatefulSet never lets change. */
const templateSchema = z
  .strictObject({
    size: size("20Gi").default("20Gi").describe("The size in the template."),
    class: className().optional().describe("The StorageClass in the template. Default: none."),
  })
  .describe(
    "The claim template of the StatefulSet, as it was first made: Kubernetes lets no one change it. Only a release that moves in needs it.",
  );

const storageSchema = z
  .strictObject({
    size: size("20Gi")
      .default("20Gi")
      .describe(
        "The size of the claim. It can grow where the StorageClass allows it, never shrink.",
      ),
    class: className().optional().describe("The StorageClass. Default: the cluster's default one."),
    template: templateSchema.prefault({}),
  })
  .describe("The volume that holds the images. It outlives the registry.");

const resourcesSchema = z
  .strictObject({
    cpu: textLike('processors such as "2" or "250m"', /^[1-9]\d{0,5}m?$/)
      .default("100m")
      .describe("The processors that are kept for the registry. There is no limit."),
    memory: size("256Mi").default("256Mi").describe("The memory that is kept for the registry."),
    memoryLimit: size("1Gi")
      .default("1Gi")
      .describe("The memory at which the registry is killed. Go is told nine tenths of it."),
  })
  .describe("What the registry may use.");

/** Why there is one replica; the schema's hint for more. */
const whyOne =
  "Zot scales out on shared storage with a remote cache, which is not built here: two pods on one volume would corrupt it";

/** Where and how the registry runs in its cluster. */
export const registrySchema = z
  .strictObject({
    namespace: kubernetesLabel("a namespace")
      .default("zot")
      .describe("The registry's namespace. It is made where it is not there, and kept on destroy."),
    adopt: z
      .boolean()
      .default(false)
      .describe(
        "Whether to take over what is there already: a Helm release zot in the namespace, its Secret, claim and route, whoever made them. README, Moving in.",
      ),
    image: textLike(
      "an image without a tag, such as ghcr.io/project-zot/zot",
      /^[a-z0-9.-]+(?::\d+)?(?:\/[a-z0-9._-]+)+$/,
    )
      .default("ghcr.io/project-zot/zot")
      .describe("Zot's image, without a tag: zot.version names it."),
    replicas: z
      .int()
      .superRefine((count, context) => {
        if (count !== 1) context.addIssue({ code: "custom", params: { hint: whyOne } });
      })
      .register(allowedText, { allowed: "1" })
      .default(1)
      .describe("How many pods. Only 1 is allowed."),
    storage: storageSchema.prefault({}),
    resources: resourcesSchema.prefault({}),
    serviceAccountToken: z
      .boolean()
      .optional()
      .describe(
        "Whether Zot's pod gets a token for the Kubernetes API, which it never uses. Default: false for a new registry; one that was deployed with a token keeps it. false takes it away without a restart: with the pod's next one.",
      ),
    networkPolicy: networkPolicySchema.optional(),
    startupMinutes: z
      .int()
      .min(1)
      .max(240)
      .default(10)
      .describe("Minutes that Zot may take to start: it walks over all images first."),
  })
  .describe("Where and how the registry runs in its cluster.");
