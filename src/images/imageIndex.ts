import { sha256 } from "./digest";
import { mediaTypes } from "./mediaTypes";
import type { Platform } from "./platform";

/** A manifest to put into an index. */
export interface IndexChild {
  mediaType: string;
  digest: string;
  /** Bytes of the manifest. */
  size: number;
  /** As the image's config states it (`platformOfConfig`). */
  platform: Platform;
  /** The manifest's `artifactType`, or its config's media type. Default: the usual config of `mediaType`. */
  artifactType?: string;
  /** The manifest's annotations. Default: none. */
  annotations?: Readonly<Record<string, string>>;
}

/**
 * The index of `children`, in their order: the same bytes as `crane index append -m A -m B -t T` pushes for them (tried
 * with 0.22.1). That is, in compact JSON and Go's order of fields, an OCI index even where the children are Docker
 * manifests (crane's `--docker-empty-base` is the other way), and for each child its media type, the platform that its
 * config states, its annotations, and as `artifactType` the media type of its config (go-containerregistry v0.22.1:
 * pkg/v1/empty/index.go, pkg/v1/remote/fetcher.go, pkg/v1/mutate/index.go). Older cranes differ: before 0.22.1 there is
 * no `artifactType` (tried with 0.20.6), before 0.21.6 no annotations.
 */
export function buildIndex(children: readonly IndexChild[]): {
  bytes: Buffer;
  mediaType: string;
  digest: string;
} {
  const mediaType = mediaTypes.ociIndex;
  const index = { schemaVersion: 2, mediaType, manifests: children.map(descriptor) };
  const bytes = Buffer.from(asGo(JSON.stringify(index)));
  return { bytes, mediaType, digest: sha256(bytes) };
}

/** In the order of go-containerregistry's v1.Descriptor; `undefined` leaves a field out. */
function descriptor({
  mediaType,
  size,
  digest,
  annotations = {},
  platform,
  artifactType,
}: IndexChild) {
  const names = Object.keys(annotations).sort();
  return {
    mediaType,
    size,
    digest,
    annotations:
      names.length === 0
        ? undefined
        : Object.fromEntries(names.map((name) => [name, annotations[name]])),
    platform: platformOf(platform),
    artifactType: artifactType ?? usualConfig(mediaType),
  };
}

/** In the order of v1.Platform; none at all where the config states nothing. */
function platformOf(platform: Platform) {
  const { architecture, os, variant, "os.version": version, "os.features": features } = platform;
  if (![architecture, os, variant, version].some(Boolean) && !features?.length) return undefined;
  return { architecture, os, "os.version": version, "os.features": features, variant };
}

function usualConfig(mediaType: string): string {
  return mediaType === mediaTypes.dockerManifest ? mediaTypes.dockerConfig : mediaTypes.ociConfig;
}

/** Go's encoding/json escapes these in strings; outside of strings they do not occur in JSON. */
function asGo(json: string): string {
  return json.replace(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
