import { cp } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { RegistryClient } from "../../../src/registry/client";
import type { ZotConfig } from "../../../src/zot/zotConfig";
import { password, startTestZot } from "../../support/configuredZot";
import type { RunningRegistry } from "../../support/registry";

const asTheyWere = { recursive: true, preserveTimestamps: true };

/** What a running Zot has stored so far, for others to start from. */
export async function copyStore(zot: RunningRegistry, store: string): Promise<void> {
  await zot.quiet();
  await cp(join(zot.folder, "storage"), store, asTheyWere);
}

/**
 * A Zot that begins with one repository of a store, and has swept it: of several, Zot leaves up to 30 s between one and the next.
 */
export async function sweptZot(
  config: ZotConfig,
  store: string,
  repository: string,
): Promise<RunningRegistry> {
  const prepare = async (storage: string) => {
    const parent = dirname(repository);
    await cp(join(store, "meta.db"), join(storage, "meta.db"), asTheyWere);
    await cp(join(store, parent), join(storage, parent), asTheyWere);
  };
  const zot = await startTestZot(config, {}, { prepare });
  while (!zot.log().includes("gc successfully completed for")) await sleep(20);
  return zot;
}

export function adminOf({ url }: RunningRegistry): RegistryClient {
  return new RegistryClient({ url, credentials: { username: "admin", password } });
}

export async function tagsOf(client: RegistryClient, repository: string): Promise<string[]> {
  const tags: string[] = [];
  for await (const tag of client.tags(repository)) tags.push(tag);
  return tags.sort();
}
