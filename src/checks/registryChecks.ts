import { accountsAccepted } from "./accountsAccepted";
import { apiVersion } from "./apiVersion";
import { catalogReadable } from "./catalogReadable";
import { certificateLasts } from "./certificateLasts";
import { certificateTrusted } from "./certificateTrusted";
import type { Check } from "./check";
import { childrenHeld } from "./childrenHeld";
import { clockRight } from "./clockRight";
import { imagesSeeded } from "./imagesSeeded";
import { layersWhole } from "./layersWhole";
import { nothingElse } from "./nothingElse";
import { oidcChecks } from "./oidc/oidcChecks";
import { platformsHeld } from "./platformsHeld";
import { reachable } from "./reachable";
import { ready } from "./ready";
import { retiredRefused } from "./retiredRefused";
import { rightsByRole } from "./rightsByRole";
import { storageDeclared } from "./storageDeclared";
import { strangersRefused } from "./strangersRefused";
import { tagsResolve } from "./tagsResolve";
import { upstreamAccountsTaken } from "./upstreams/accountsTaken";
import { upstreamLimitsFar } from "./upstreams/pullLimits";
import { versionDeclared } from "./versionDeclared";
import { wrongPasswordRefused } from "./wrongPasswordRefused";

/** The checks of a registry, in the order they run: the first decides whether there is one to look at. */
export const registryChecks: readonly Check[] = [
  reachable,
  apiVersion,
  ready,
  certificateTrusted,
  certificateLasts,
  clockRight,
  strangersRefused,
  wrongPasswordRefused,
  accountsAccepted,
  retiredRefused,
  rightsByRole,
  catalogReadable,
  imagesSeeded,
  tagsResolve,
  platformsHeld,
  layersWhole,
  childrenHeld,
  nothingElse,
  storageDeclared,
  versionDeclared,
  ...oidcChecks,
  upstreamAccountsTaken,
  upstreamLimitsFar,
];
