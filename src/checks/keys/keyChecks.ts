import type { Check } from "../check";
import { keysAccepted } from "./keysAccepted";
import { keysLast } from "./keysLast";
import { noKeyLeftOver } from "./noneLeftOver";
import { replacedKeysRefused } from "./replacedRefused";

/** The checks of a registry with API keys; they run after its own. */
export const keyChecks: readonly Check[] = [
  keysAccepted,
  keysLast,
  replacedKeysRefused,
  noKeyLeftOver,
];
