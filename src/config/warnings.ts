import { neededVersion, supports, unsupportedMessage } from "../zot/versions";
import type { StackConfig } from "./stack";
import { pathText } from "./words";

/** What is right and will surprise somebody nevertheless; a preview shows it. Pure. */
export function stackWarnings({ zot }: StackConfig): string[] {
  if (supports(zot.version, "updateToOverwrite")) return [];
  const rule = unsupportedMessage(zot.version, "updateToOverwrite");
  return [
    `${pathText(["zot", "version"])}: ${rule}: whoever may push what is new, CI among them, can move latest in every repository. Nothing that matters should be pulled by it, or set ${pathText(["zot", "version"])} to ${neededVersion("updateToOverwrite")} or newer.`,
  ];
}
