import { isUnencrypted } from "../registry/address";
import { neededVersion, supports, unsupportedMessage } from "../zot/versions";
import { registryHost } from "./cluster";
import type { StackConfig } from "./stack";
import { pathText } from "./words";

type Looked = Pick<StackConfig, "endpoint" | "sources" | "upstreams" | "zot">;

/** What is right and will surprise somebody nevertheless; a preview shows it. Pure. */
export function stackWarnings(config: Looked): string[] {
  return [...overwriteWarnings(config), ...plainTextWarnings(config)];
}

function overwriteWarnings({ zot }: Looked): string[] {
  if (supports(zot.version, "updateToOverwrite")) return [];
  const rule = unsupportedMessage(zot.version, "updateToOverwrite");
  return [
    `${pathText(["zot", "version"])}: ${rule}: whoever may push what is new, CI among them, can move latest in every repository. Nothing that matters should be pulled by it, or set ${pathText(["zot", "version"])} to ${neededVersion("updateToOverwrite")} or newer.`,
  ];
}

/** Passwords go over http as they are. */
function plainTextWarnings({ endpoint, upstreams, sources }: Looked): string[] {
  const isReadable = (url: string | undefined) => url !== undefined && isUnencrypted(url);
  const accounts = upstreams.filter(
    ({ username, url }) => username !== undefined && isReadable(url),
  );
  const readBy = "in plain text, for everybody on the way to read: write https://…";
  return [
    ...(isReadable(endpoint?.url)
      ? [`${pathText(["endpoint", "url"])}: every account's password goes there ${readBy}`]
      : []),
    ...accounts.map(
      ({ name }) => `${pathText(["upstreams"])}: the password for ${name} goes there ${readBy}`,
    ),
    ...Object.entries(sources)
      .filter(([, { username, url }]) => username !== undefined && isReadable(url))
      .map(
        ([name]) => `${pathText(["sources", name])}: the password for ${name} goes there ${readBy}`,
      ),
  ];
}

/** What a changed domain cuts: `hosts` are the names that the registry had before, the first its own. */
export function nameWarnings(
  { cluster }: Pick<StackConfig, "cluster">,
  hosts: readonly string[] = [],
): string[] {
  const host = registryHost(cluster);
  const gone = hosts.filter((name) => ![host, ...cluster.aliases].includes(name));
  // An alias that goes while the domain stays is taken away on purpose.
  if (gone.length === 0 || hosts[0] === host) return [];
  const names = gone.join(", ");
  return [
    `${pathText(["cluster", "domain"])}: the registry becomes ${host}, and ${names} leads nowhere once this is deployed: nodes and clients that name it can neither pull nor push. To serve both for a time, set ${pathText(["cluster", "aliases"])}: [${[...cluster.aliases, ...gone].join(", ")}]`,
  ];
}

/** What a registry that was deployed before keeps, and a new one would not have. */
export function tokenWarnings(
  { registry }: Pick<StackConfig, "registry">,
  serviceAccount: "chart" | "own" | undefined,
): string[] {
  if (registry.serviceAccountToken !== undefined || serviceAccount !== "chart") return [];
  return [
    `${pathText(["registry", "serviceAccountToken"])}: Zot's pod holds a token for the Kubernetes API, which it never uses. false takes it away with the pod's next restart; true keeps it, and this warning quiet`,
  ];
}

/** Nothing copies images from a claim to a bucket, or back. */
export function storageWarnings(
  { registry }: Pick<StackConfig, "registry">,
  before: "claim" | "bucket" | undefined,
): string[] {
  const now = registry.storage.s3 === undefined ? "claim" : "bucket";
  if (before === undefined || before === now) return [];
  return [
    `${pathText(["registry", "storage"])}: the images lie ${before === "claim" ? "on the claim" : "in the bucket"}, and the registry would begin with what the ${now} has: nothing copies them, and what is pushed while this is deployed may stay behind. docs/replicas.md has the steps; the ${before} is kept either way`,
  ];
}

/** What `adopt` goes on doing where nothing is left to be taken over. */
export function adoptionWarnings(
  { registry }: Pick<StackConfig, "registry">,
  deployed: boolean,
): string[] {
  if (!registry.adopt || !deployed) return [];
  return [
    `${pathText(["registry", "adopt"])}: the release is this stack's by now. While it stays true, pulumi up goes on overriding what others write to fields of the accounts' Secret, the claim and the route. Remove it: the next deployment takes an annotation from these objects and restarts the pod once`,
  ];
}
