import type { Cause } from "../finding";
import { errorOf } from "../text";
import { isMediaType } from "./dockerMediaType";

const words = /manifest[_ ]invalid|blob[_ ]unknown|manifest[_ ]unknown.*(?:put|push|upload)/i;

export const missingPart: Cause = {
  code: "ZD402",
  title: "manifest invalid, 400: a blob or a child of the index is not in this repository",
  hint: "Push what the manifest names first, into the same repository: all layers, the config, every child of an index.",
  why: "A registry refuses a manifest whose parts it lacks. Parts in another repository do not count; garbage collection may have taken those of a slow push.",
  depth: 4,
  find: (snapshot) => {
    const text = errorOf(snapshot);
    if (!words.test(text) || isMediaType(text)) return [];
    const digest = /sha256:[0-9a-f]{64}/.exec(text)?.[0];
    return [
      {
        subject: snapshot.registry.host,
        detail: `the push says ${words.exec(text)?.[0] ?? ""}${digest === undefined ? "" : ` of ${digest}`}`,
      },
    ];
  },
};
