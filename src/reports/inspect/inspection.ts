/** One layer of an image. */
export interface Layer {
  digest: string;
  size: number;
  mediaType: string;
}

/** The image of one platform. */
export interface PlatformImage {
  /** As `os/architecture[/variant]`; what it calls itself where it is no image: an attestation, an artifact. */
  platform: string;
  digest: string;
  config: { digest: string; size: number };
  layers: Layer[];
  /** Bytes of all layers, as they are pulled. */
  bytes: number;
  /** RFC 3339, as the config has it. */
  created?: string;
  /** What starts: entrypoint and command. */
  starts?: string[];
  user?: string;
  workingDirectory?: string;
  /** Names of the environment's variables: their values may be secrets. */
  environment: string[];
}

/** A container that runs the image, or one of another digest under the same name. */
export interface Runner {
  namespace: string;
  pod: string;
  container: string;
  node?: string;
  /** What the runtime says it runs; absent until it was pulled. */
  digest?: string;
  /** Whether that is the inspected image, or one of its platforms. */
  current: boolean;
}

/** All that is to be known of one image. */
export interface Inspection {
  registry: string;
  repository: string;
  /** The tag or the digest that was asked for. */
  reference: string;
  digest: string;
  mediaType: string;
  /** Bytes of the manifest or the index. */
  size: number;
  /** All tags of the repository that stand for the same digest. */
  tags: string[];
  /** One for an image, several for an index. */
  images: PlatformImage[];
  /** Children that the index names and the registry lacks. */
  missing: string[];
  /** Who runs it, or why nobody looked. */
  runners: { pods: Runner[] } | { notLooked: string };
}
