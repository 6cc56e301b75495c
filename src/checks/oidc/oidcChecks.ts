import type { Check } from "../check";
import { clientKnown } from "./clientKnown";
import { clientSecretTaken } from "./clientSecretTaken";
import { issuerClock } from "./issuerClock";
import { issuerUsable } from "./issuerUsable";
import { signInRedirect } from "./signInRedirect";

/** The checks of the way people sign in, from the provider to the registry. */
export const oidcChecks: readonly Check[] = [
  issuerUsable,
  issuerClock,
  signInRedirect,
  clientKnown,
  clientSecretTaken,
];
