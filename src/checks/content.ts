import pLimit from "p-limit";
import { isAttestation, isIndex } from "../images/manifest";
import { formatPlatform, platformOfConfig } from "../images/platform";
import type { Descriptor, RegistryClient } from "../registry/client";
import type { CheckContext, Finding } from "./check";
import type { ExpectedImage } from "./expectations";
import { noAdmin, nothingDeclared, tell } from "./outcomes";

/** What is kept of a manifest: little, because there may be thousands. */
export type Held =
  | { kind: "image"; digest: string; config: Descriptor; firstLayer?: Descriptor }
  | { kind: "index"; digest: string; children: Descriptor[] };

export type HeldImage = Extract<Held, { kind: "image" }>;

/** What a registry holds of the expected images. Each manifest is asked for once, by whichever check comes first. */
export class Content {
  readonly #client: RegistryClient;
  readonly #manifests = new Map<string, Promise<Held | undefined>>();

  constructor(client: RegistryClient) {
    this.#client = client;
  }

  get client(): RegistryClient {
    return this.#client;
  }

  /** The manifest or the index of an image; undefined where there is none. */
  manifest(repository: string, reference: string): Promise<Held | undefined> {
    const key = `${repository}@${reference}`;
    const known = this.#manifests.get(key);
    if (known !== undefined) return known;
    const asked = this.#ask(repository, reference);
    this.#manifests.set(key, asked);
    // What is not there yet may come: a check that looks again asks again.
    const forget = () => this.#manifests.delete(key);
    asked.then((held) => held ?? forget(), forget);
    return asked;
  }

  /** What an expected image is, by its digest or by its first tag where any digest will do. */
  ofImage({ repository, digest, tags }: ExpectedImage): Promise<Held | undefined> {
    return this.manifest(repository, digest ?? tags[0] ?? "latest");
  }

  /** The images of one platform each that an expected image stands for. Children that are not there are left out. */
  async platformImages(image: ExpectedImage): Promise<HeldImage[]> {
    const held = await this.ofImage(image);
    if (held === undefined) return [];
    if (held.kind === "image") return [held];
    const children = await Promise.all(
      held.children
        .filter((child) => !isAttestation(child))
        .map(({ digest }) => this.manifest(image.repository, digest)),
    );
    return children.filter((child) => child?.kind === "image");
  }

  /**
   * The platform that an image's config states, as `os/architecture[/variant]`; undefined where the config is not there.
   *
   * @throws Error when the config is none, RegistryError when its digest is another
   */
  async platform(repository: string, { config }: HeldImage): Promise<string | undefined> {
    const bytes = await this.#client.getBlob(repository, config.digest);
    return bytes && formatPlatform(platformOfConfig(bytes));
  }

  async #ask(repository: string, reference: string): Promise<Held | undefined> {
    const answer = await this.#client.getManifest(repository, reference);
    if (answer === undefined) return undefined;
    const { digest, document } = answer;
    if (isIndex(document)) return { kind: "index", digest, children: document.manifests };
    const { config, layers } = document;
    const [firstLayer] = layers;
    return { kind: "image", digest, config, ...(firstLayer === undefined ? {} : { firstLayer }) };
  }
}

/** Images looked at together. The client has its own limit for requests; this one bounds what is held in memory. */
const atOnce = 64;

/** The images that there is something to look at: an image that could not be seeded is told once, by ZF302. */
export function seededImages({ images }: Pick<CheckContext, "images">): ExpectedImage[] {
  return images.filter(({ problem }) => problem === undefined);
}

/** `repository:tag` of an image's first tag, by which it is known. */
export const nameOf = ({ repository, tags }: ExpectedImage) =>
  `${repository}:${tags[0] ?? "latest"}`;

/** Looks at every seeded image, some at a time; an image whose request fails is a failure of its own. */
export async function eachImage(
  context: CheckContext,
  look: (image: ExpectedImage, content: Content) => Promise<Finding | Finding[]>,
): Promise<Finding[]> {
  const { content } = context;
  if (content === undefined) return [noAdmin];
  const images = seededImages(context);
  if (images.length === 0) return [nothingDeclared("no image is seeded")];
  const limit = pLimit(atOnce);
  const findings = await Promise.all(
    images.map((image) => limit(() => tell(() => look(image, content), nameOf(image)))),
  );
  return findings.flat();
}
