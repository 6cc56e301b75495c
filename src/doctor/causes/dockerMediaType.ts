import { showConfig } from "../commands";
import type { Cause } from "../finding";
import { refusedManifest } from "../refusedManifest";

const details = {
  "media type": "the push ends with 415, by the error or by the registry's log",
  unknown:
    "the push says manifest invalid, which is this or ZD402: the registry's log was not seen",
};

export const dockerMediaType: Cause = {
  code: "ZD401",
  title: "manifest invalid, 415: the registry takes no Docker manifests",
  hint: "Push in OCI's format (skopeo copy --format oci, buildx with oci-mediatypes=true), or allow Docker's: http.compat: [docker2s2] in Zot's config, which zot-fleet sets.",
  why: "Zot takes OCI manifests alone unless its config has compat. Its built-in config has it; a mounted one hides it.",
  depth: 4,
  find: (snapshot) => {
    const reason = refusedManifest(snapshot);
    if (reason !== "media type" && reason !== "unknown") return [];
    const subject = snapshot.registry.host;
    return [{ subject, detail: details[reason], command: showConfig(snapshot) }];
  },
};
