import type { Cause } from "../finding";
import { refusedManifest } from "../refusedManifest";
import { errorOf } from "../text";

export const missingPart: Cause = {
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
