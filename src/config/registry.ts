import { isIP } from "node:net";
import { z } from "zod";
import { registryDefaults, type ChartSettings } from "../zot/chartValues";
import {
  defaultChartSource,
  defaultChartVersion,
  oldestChartVersion,
  validateChartVersion,
  type ChartChoice,
} from "../zot/chartVersions";
import { allowedText, textLike, textThat, time, type Schemas } from "./rules";
import { drainSchema } from "./sharedStorage";
import { redisSchema, size, storageSchema } from "./storage";

const labelPattern = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** A name of Kubernetes that is a DNS label (RFC 1123), such as a namespace's. */
export const kubernetesLabel = (what: string) =>
  textLike(`${what}: lower-case letters, digits and dashes, at most 63`, labelPattern);

const resourcesSchema = z
  .strictObject({
    cpu: textLike('processors such as "2" or "250m"', /^[1-9]\d{0,5}m?$/)
      .default(registryDefaults.resources.cpu)
      .describe("The processors that are kept for the registry. There is no limit."),
    memory: size("256Mi")
      .default(registryDefaults.resources.memory)
      .describe("The memory that is kept for the registry."),
    memoryLimit: size("1Gi")
      .default(registryDefaults.resources.memoryLimit)
      .describe("The memory at which the registry is killed. Go is told nine tenths of it."),
  } satisfies Schemas<NonNullable<ChartSettings["resources"]>>)
  .describe("What the registry may use.");

function isNetwork(text: string): boolean {
  const [, address = "", bits = ""] = /^(.+)\/(\d{1,3})$/.exec(text) ?? [];
  const family = isIP(address);
  return family !== 0 && Number(bits) <= (family === 4 ? 32 : 128);
}

/** A NetworkPolicy for the registry's pod. */
const networkPolicySchema = z
  .strictObject({
    from: z
      .array(
        textThat(
          "a namespace, such as envoy-gateway-system, or a network, such as 10.0.0.0/16",
          (text) => labelPattern.test(text) || isNetwork(text),
        ),
      )
      .register(allowedText, { allowed: "a list of namespaces and networks" })
      .optional()
      .describe(
        "Who reaches the registry's pod: namespaces whose pods may (where the gateways' own pods run, and Prometheus), and networks (the nodes', where a gateway uses the host's). Default: everybody, on Zot's port alone. Probes and port-forwards always come through.",
      ),
  })
  .describe(
    "Makes a NetworkPolicy for the registry's pod: nobody but from reaches it, and it reaches DNS, its upstreams and the identity provider by their ports, and nothing else. Default: none is made.",
  );

/** Where and how the registry runs in its cluster. */
export const registrySchema = z
  .strictObject({
    namespace: kubernetesLabel("a namespace")
      .default(registryDefaults.namespace)
      .describe("The registry's namespace. It is made where it is not there, and kept on destroy."),
    adopt: z
      .boolean()
      .default(registryDefaults.adopt)
      .describe(
        "Whether to take over what is there already: a Helm release zot in the namespace, its Secret, claim and route, whoever made them. docs/moving-in.md.",
      ),
    image: textLike(
      "an image without a tag, such as ghcr.io/project-zot/zot",
      /^[a-z0-9.-]+(?::\d+)?(?:\/[a-z0-9._-]+)+$/,
    )
      .default(registryDefaults.image)
      .describe("Zot's image, without a tag: zot.version names it."),
    replicas: z
      .int()
      .min(1)
      .max(20)
      .default(registryDefaults.replicas)
      .describe("How many pods. Several need storage.s3, redis and onePusherPerRepository."),
    onePusherPerRepository: z
      .boolean()
      .default(registryDefaults.onePusherPerRepository)
      .describe(
        "Your word that nobody pushes two tags into one repository at the same time, which several pods need: Zot then loses tags whose push it answered with 201 (docs/replicas.md). Seeding keeps to it by itself.",
      ),
    storage: storageSchema.prefault({}),
    redis: redisSchema.optional(),
    drain: drainSchema,
    resources: resourcesSchema.prefault({}),
    serviceAccountToken: z
      .boolean()
      .optional()
      .describe(
        "Whether Zot's pod gets a token for the Kubernetes API, which it never uses. Default: false for a new registry; one that was deployed with a token keeps it. false takes it away without a restart: with the pod's next one.",
      ),
    networkPolicy: networkPolicySchema.optional(),
    startupTimeout: time('whole minutes from 1m to 4h, such as "30m"', {
      from: "1m",
      to: "4h",
      whole: "1m",
    })
      .default(registryDefaults.startupTimeout)
      .describe("How long Zot may take to start: it walks over all images first."),
  })
  .describe("Where and how the registry runs in its cluster.");

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
  } satisfies Schemas<ChartChoice>)
  .describe("Which Helm chart deploys the registry.");
