import { compareWithList } from "../checks/listHeld";
import { resultFormats } from "../checks/resultFormats";
import { readCatalog, readRepository, type Loss } from "../facts/heldRepository";
import {
  formatRegistryList,
  parseRegistryList,
  type ListedRepository,
  type RegistryList,
} from "../facts/registryList";
import type { RegistryClient } from "../registry/client";
import { CliError, exitCodes, type ExitCode } from "./failure";
import { print, save, tells } from "./output";
import { readFile, refuse } from "./refuse";
import { lookedAt, withRegistry, type LookedAt } from "./registryFlags";
import { endDoing, showDoing, showTransfer } from "./terminal";
import type { VerifyFlags } from "./verifyFlags";

/** Somebody who pushes and deletes may take something away while it is read: then it is read again. */
const looks = 3;

/** `verify --write-list`: what a registry holds, into a file, whole or not at all. */
export async function writeList(path: string, flags: VerifyFlags): Promise<ExitCode> {
  refuseOthers("--write-list", flags);
  const looked = await lookedAt(flags);
  const list = await withRegistry(looked, listRegistry);
  save(path, formatRegistryList(list));
  const count = (of: (each: ListedRepository) => readonly unknown[]) =>
    list.repositories.reduce((sum, each) => sum + of(each).length, 0);
  endDoing();
  process.stdout.write(
    `${path}: ${list.repositories.length} repositories, ${count(({ tags }) => tags)} tags, ${count(({ referrers }) => referrers)} referrers\n`,
  );
  return exitCodes.fine;
}

const { prometheus: _, ...formats } = resultFormats;

/** `verify --compare`: whether a registry holds what a list says, and nothing else. */
export async function compareList(path: string, flags: VerifyFlags): Promise<ExitCode> {
  refuseOthers("--compare", flags);
  const { output } = flags;
  if (output === "prometheus" || tells(flags, "prometheus"))
    throw new CliError("Prometheus is told of verifications: --compare goes without it");
  const text = readFile(path);
  const list = refuse(() => parseRegistryList(text, path));
  const looked = await lookedAt(flags);
  const results = await withRegistry(looked, (client) =>
    compareWithList(client, list, new Date(), showTransfer),
  );
  print({ target: nameOf(looked, flags), results }, formats, { ...flags, output });
  const differs = results.some(({ status }) => status === "failed");
  return differs ? exitCodes.problems : exitCodes.fine;
}

/** It is one look, at everything: what says how checks run says nothing here. */
function refuseOthers(own: string, { only, wait, image, compare, writeList }: VerifyFlags): void {
  const others = {
    "--only": only !== undefined,
    "--wait": wait > 0,
    "--image": image.length > 0,
    "--compare": own !== "--compare" && compare !== undefined,
    "--write-list": own !== "--write-list" && writeList !== undefined,
  };
  const given = Object.entries(others).flatMap(([flag, is]) => (is ? [flag] : []));
  if (given.length > 0) throw new CliError(`${own} goes without ${given.join(", ")}`);
}

async function listRegistry(client: RegistryClient): Promise<RegistryList> {
  const written = `${new Date().toISOString().slice(0, 19)}Z`;
  const repositories: ListedRepository[] = [];
  const losses: Loss[] = [];
  const names = await readCatalog(client);
  for (const [at, name] of names.entries()) {
    showDoing(`listing ${name} (${at + 1} of ${names.length})`);
    let found = await readRepository(client, name);
    for (let look = 1; look < looks && found.losses.length > 0; look++)
      found = await readRepository(client, name);
    losses.push(...found.losses);
    const { repository, tags, referrers } = found;
    if (tags.length > 0) repositories.push({ repository, tags, referrers });
  }
  if (losses.length > 0) {
    const each = losses.map(({ subject, detail }) => `- ${subject}: ${detail}`).join("\n");
    throw new CliError(
      `${client.origin} has lost what it lists; no list is written:\n${each}`,
      exitCodes.problems,
    );
  }
  if (repositories.length === 0)
    throw new CliError(
      `${client.origin} shows this account no tag of any repository; no list is written`,
      exitCodes.notReached,
    );
  return { version: 1, registry: client.origin, written, repositories };
}

/** The registry as its user named it. */
function nameOf({ endpoint }: LookedAt, { stack }: VerifyFlags): string {
  const where = "url" in endpoint ? endpoint.url : endpoint.via;
  return stack === undefined ? where : `${stack}, ${where}`;
}
