import { showConfig } from "../commands";
import type { Cause } from "../finding";
import { errorOf } from "../text";

/** By its status, or by the media type that it names. */
export const isMediaType = (text: string) =>
  /\b415\b|unsupported media type/i.test(text) ||
  (/manifest[_ ]invalid/i.test(text) && text.includes("vnd.docker"));

export const dockerMediaType: Cause = {
  code: "ZD401",
  title: "manifest invalid, 415: the registry takes no Docker manifests",
  hint: "Push in OCI's format (skopeo copy --format oci, buildx with oci-mediatypes=true), or allow Docker's: http.compat: [docker2s2] in Zot's config, which zot-fleet sets.",
  why: "Zot takes OCI manifests alone unless its config has compat. Its built-in config has it; a mounted one hides it.",
  depth: 4,
  find: (snapshot) =>
    isMediaType(errorOf(snapshot))
      ? [
          {
            subject: snapshot.registry.host,
            detail: "the push ends with 415 or names a Docker media type",
            command: showConfig(snapshot),
          },
        ]
      : [],
};
