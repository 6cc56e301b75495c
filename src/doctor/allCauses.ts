import { addressDead } from "./causes/addressDead";
import { bodyTooLarge } from "./causes/bodyTooLarge";
import { claimUnbound } from "./causes/claimUnbound";
import { digestGone } from "./causes/digestGone";
import { dnsWrong } from "./causes/dnsWrong";
import { dockerMediaType } from "./causes/dockerMediaType";
import { helmUnfinished } from "./causes/helmUnfinished";
import { keyExpired } from "./causes/keyExpired";
import { mayNotPull } from "./causes/mayNotPull";
import { mayNotPush } from "./causes/mayNotPush";
import { missingPart } from "./causes/missingPart";
import { overwriteDenied } from "./causes/overwriteDenied";
import { pullSecretElsewhere } from "./causes/pullSecretElsewhere";
import { pullSecretMissing } from "./causes/pullSecretMissing";
import { pullSecretNotAttached } from "./causes/pullSecretNotAttached";
import { pullSecretOtherHost } from "./causes/pullSecretOtherHost";
import { pullSecretRefused } from "./causes/pullSecretRefused";
import { pushCut } from "./causes/pushCut";
import { pushRefused } from "./causes/pushRefused";
import { registryDown } from "./causes/registryDown";
import { registryStarting } from "./causes/registryStarting";
import { repositoryAbsent } from "./causes/repositoryAbsent";
import { routeNotAccepted } from "./causes/routeNotAccepted";
import { seedGone } from "./causes/seedGone";
import { staleTag } from "./causes/staleTag";
import { storageFull } from "./causes/storageFull";
import { tagAbsent } from "./causes/tagAbsent";
import { tlsWrong } from "./causes/tlsWrong";
import { upstreamLimit } from "./causes/upstreamLimit";
import { wrongArchitecture } from "./causes/wrongArchitecture";
import { wrongHost } from "./causes/wrongHost";
import type { Cause } from "./finding";

/** Every cause, in the order of their codes. */
export const allCauses: readonly Cause[] = [
  addressDead,
  claimUnbound,
  helmUnfinished,
  dnsWrong,
  routeNotAccepted,
  storageFull,
  tlsWrong,
  registryDown,
  registryStarting,
  wrongHost,
  pullSecretMissing,
  pullSecretElsewhere,
  pullSecretOtherHost,
  pullSecretRefused,
  pullSecretNotAttached,
  keyExpired,
  overwriteDenied,
  mayNotPull,
  mayNotPush,
  pushRefused,
  tagAbsent,
  repositoryAbsent,
  digestGone,
  wrongArchitecture,
  seedGone,
  upstreamLimit,
  staleTag,
  dockerMediaType,
  missingPart,
  pushCut,
  bodyTooLarge,
].sort((a, b) => (a.code < b.code ? -1 : 1));
