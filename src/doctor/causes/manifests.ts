import { registryNames } from "../../facts/imageNames";
import { manifestPutStatus } from "../../facts/zotLog";
import { showConfig } from "../commands";
import { errorOf } from "../errorText";
import type { Cause } from "../finding";
import { logsOf } from "../registryPods";
import type { Snapshot } from "../snapshot";
import { wantedIn } from "../wanted";

/**
 * Why a manifest was refused, by the error's own words, else by the registry's log: skopeo and podman say "manifest invalid"
 * alone, whatever the status was. `unknown` is one of the others; undefined, none of them.
 */
function refusedManifest(
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
const statusIn = ({ cluster, registry, errorText = "" }: Snapshot) =>
  manifestPutStatus(logsOf(cluster), wantedIn(errorText, registryNames(registry)));

const mediaTypeDetails = {
  "media type": "the push ends with 415, by the error or by the registry's log",
  unknown:
    "the push says manifest invalid, which is this or ZD402: the registry's log was not seen",
};

const dockerMediaType: Cause = {
  code: "ZD401",
  title: "manifest invalid, 415: the registry takes no Docker manifests",
  hint: "Push in OCI's format (skopeo copy --format oci, buildx with oci-mediatypes=true), or allow Docker's: http.compat: [docker2s2] in Zot's config, which zot-fleet sets.",
  why: "Zot takes OCI manifests alone unless its config has compat. Its built-in config has it; a mounted one hides it.",
  depth: 4,
  find: (snapshot) => {
    const reason = refusedManifest(snapshot);
    if (reason !== "media type" && reason !== "unknown") return [];
    const subject = snapshot.registry.host;
    return [{ subject, detail: mediaTypeDetails[reason], command: showConfig(snapshot) }];
  },
};

const missingPart: Cause = {
  code: "ZD402",
  title: "manifest invalid, 400: a blob or a child of the index is not in this repository",
  hint: "Push what the manifest names first, into the same repository: all layers, the config, every child of an index (skopeo copy --all).",
  why: "A registry refuses a manifest whose parts it lacks. Parts in another repository do not count; garbage collection may have taken those of a slow push.",
  depth: 4,
  find: (snapshot) => {
    const reason = refusedManifest(snapshot);
    if (reason !== "missing part" && reason !== "unknown") return [];
    const digest = /sha256:[0-9a-f]{64}/.exec(errorOf(snapshot))?.[0];
    const which = digest === undefined ? "" : ` of ${digest}`;
    const detail =
      reason === "unknown"
        ? "the push says manifest invalid, which is this or ZD401: the registry's log was not seen"
        : `the push says that a part is missing${which}`;
    return [{ subject: snapshot.registry.host, detail }];
  },
};

/** Manifests that the registry finds invalid: it says so with the same words, whatever is wrong with them. */
export const manifestCauses: readonly Cause[] = [dockerMediaType, missingPart];
