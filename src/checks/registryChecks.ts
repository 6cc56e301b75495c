import { accountsAccepted } from "./accountsAccepted";
import { catalogReadable } from "./catalogReadable";
import type { Check } from "./check";
import { imagesSeeded } from "./imagesSeeded";
import { reachable } from "./reachable";
import { retiredRefused } from "./retiredRefused";
import { strangersRefused } from "./strangersRefused";
import { tagsResolve } from "./tagsResolve";
import { wrongPasswordRefused } from "./wrongPasswordRefused";

/** The checks of a registry, in the order they run: the first decides whether there is one to look at. */
export const registryChecks: readonly Check[] = [
  reachable,
  strangersRefused,
  wrongPasswordRefused,
  accountsAccepted,
  retiredRefused,
  catalogReadable,
  imagesSeeded,
  tagsResolve,
];
