import type { Snapshot } from "./snapshot";
import { errorOf, namesOf } from "./text";
import { wantedIn } from "./wanted";

/**
 * Why a manifest was refused, by the error's own words, else by the registry's log: skopeo and podman say "manifest invalid"
 * alone, whatever the status was. `unknown` is one of the others; undefined, none of them.
 */
export function refusedManifest(
  snapshot: Snapshot,
): "media type" | "missing part" | "unknown" | undefined {
  const text = errorOf(snapshot);
  const invalid = /manifest[_ ]invalid/i.test(text);
  if (/\b415\b|unsupported media type/i.test(text) || (invalid && text.includes("vnd.docker")))
    return "media type";
  if (/blob[_ ]unknown|manifest[_ ]unknown.*(?:put|push|upload)/i.test(text)) return "missing part";
  if (!invalid) return undefined;
  const status = /\b400\b/.test(text) ? 400 : statusIn(snapshot);
  if (status === 415) return "media type";
  return status === 400 ? "missing part" : "unknown";
}

/** How the registry answered the last try to put one of the images that the error names. */
function statusIn({ cluster, registry, errorText = "" }: Snapshot): number | undefined {
  const paths = wantedIn(errorText, namesOf(registry)).map(
    ({ repository, reference }) =>
      `"method":"PUT","path":"/v2/${repository}/manifests/${reference}"`,
  );
  const line = cluster?.registryPod?.log
    .split("\n")
    .findLast((each) => paths.some((path) => each.includes(path)));
  const status = /"statusCode":(\d+)/.exec(line ?? "")?.[1];
  return status === undefined ? undefined : Number(status);
}
