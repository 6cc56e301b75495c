import pLimit from "p-limit";
import {
  readable,
  readCatalog,
  readRepository,
  type HeldRepository,
} from "../facts/heldRepository";
import type { RegistryList } from "../facts/registryList";
import type { RegistryClient } from "../registry/client";
import type { Meter, Transfer } from "../seeding/meter";
import { sizeText } from "../render/size";
import type { Check, CheckResult } from "./check";
import { listDifferences, type Difference } from "./listDifferences";

/** What `verify --compare` claims. No deployment makes it: there is no list of what will be pushed. */
export const listHeld: Pick<Check, "code" | "title" | "hint" | "why"> = {
  code: "ZF308",
  title: "the registry holds what the list says, and nothing else",
  hint: "Restore what is missing or another; delete what is spare. Of a rehearsal: the backup is not whole, or was not restored whole.",
  why: "`verify --compare` goes from every tag to its children, its referrers and theirs, and reads every manifest and every blob through its hash. A listing alone proves nothing: a registry lists images whose bytes are gone.",
};

/** Layers read at a time: the client's own limit is for small requests. */
const layersAtOnce = 4;

/**
 * Compares all that a registry holds with a list. Every blob is read, in each repository that names it: that takes as long as
 * pulling everything.
 *
 * @throws RegistryError where the registry cannot be asked: then nothing is known
 */
export async function compareWithList(
  client: RegistryClient,
  list: RegistryList,
  now: Date = new Date(),
  meter?: Meter,
): Promise<CheckResult[]> {
  const listed = new Map(list.repositories.map((each) => [each.repository, each]));
  const there = await readCatalog(client);
  const sum = { tags: 0, referrers: 0, manifests: 0, blobs: 0, bytes: 0 };
  const differences: Difference[] = [];
  const names = [...new Set([...listed.keys(), ...there])].sort();
  for (const [at, name] of names.entries()) {
    const found = await readRepository(client, name);
    const isThere = found.tags.length > 0 || found.losses.length > 0;
    const read = await readBlobs(client, found, (total) =>
      meter?.(`reading ${name} (${at + 1} of ${names.length})`, total),
    );
    differences.push(
      ...listDifferences(listed.get(name), isThere ? found : undefined),
      ...found.losses,
      ...read.problems,
    );
    sum.tags += found.tags.length;
    sum.referrers += found.referrers.length;
    sum.manifests += found.manifests;
    sum.blobs += found.blobs.length;
    sum.bytes += read.bytes;
  }
  const age = `listed ${list.written}, ${agoText(now.getTime() - Date.parse(list.written))}`;
  if (differences.length > 0)
    return differences.map((each) => ({ ...listHeld, status: "failed", ...each }));
  const detail = `0 different: ${sum.tags} tags, ${sum.referrers} referrers, ${sum.manifests} manifests, ${sum.blobs} blobs, ${sizeText(sum.bytes)} read; ${age}`;
  return [{ ...listHeld, status: "passed", detail }];
}

/** Reads each blob that a repository names. */
async function readBlobs(
  client: RegistryClient,
  { repository, blobs }: HeldRepository,
  begin: (total: number) => Transfer | undefined,
): Promise<{ bytes: number; problems: Difference[] }> {
  const limit = pLimit(layersAtOnce);
  const problems: Difference[] = [];
  let bytes = 0;
  const transfer = begin(blobs.reduce((sum, { size }) => sum + size, 0));
  const come = new Map<string, number>();
  let moved = 0;
  const reading = Promise.all(
    blobs.map(({ digest, size, urls, of }) =>
      limit(async () => {
        const answer = await readable(() =>
          client.verifyBlob(repository, digest, undefined, (size) => {
            moved += size - (come.get(digest) ?? 0);
            come.set(digest, size);
            transfer?.moved(moved);
          }),
        );
        const tell = (detail: string) => problems.push({ subject: `${repository}@${of}`, detail });
        if ("problem" in answer) tell(answer.problem);
        else if (answer.found === undefined) {
          // What a manifest says to fetch elsewhere need not be here (image-spec, "descriptor.md").
          if (urls === undefined || urls.length === 0) tell(`missing: the blob ${digest}`);
        } else {
          bytes += answer.found.size;
          if (answer.found.size !== size)
            tell(`the blob ${digest} has ${answer.found.size} bytes, its manifest says ${size}`);
        }
      }),
    ),
  );
  await reading.finally(() => transfer?.end());
  return { bytes, problems };
}

/** How long ago something was, in the largest unit that leaves a number of 1 or more. */
function agoText(milliseconds: number): string {
  const units = [
    ["days", 86_400_000],
    ["h", 3_600_000],
    ["min", 60_000],
    ["s", 1000],
  ] as const;
  const [name, length] = units.find(([, each]) => milliseconds >= each) ?? ["s", 1000];
  return `${Math.floor(milliseconds / length)} ${name} ago`;
}
