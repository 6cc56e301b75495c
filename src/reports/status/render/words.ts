import { sizeText } from "../../../render/size";
import type { ImageCell, ImageRow, KeyAge, StackStatus, Verdict } from "../fleetStatus";

const day = 24 * 60 * 60 * 1000;

export const symbols: Record<Verdict, string> = {
  fine: "√",
  problems: "×",
  unreachable: "×",
  unknown: "×",
  "not deployed": "-",
};

/** The version that runs, and the declared one where that is another. */
export function versionText({ running, declared }: StackStatus["version"]): string {
  if (running === undefined)
    return declared === undefined ? "unknown" : `unknown (declared ${declared})`;
  return declared === undefined || running === declared
    ? running
    : `${running} (declared ${declared})`;
}

export function storageText({ usedBytes, capacity, declared }: StackStatus["storage"]): string {
  const used = usedBytes === undefined ? "unknown" : sizeText(usedBytes);
  const size = capacity ?? declared;
  return size === undefined ? used : `${used} of ${size}`;
}

/** `12 days`; less than one is `today`. */
function daysText(days: number): string {
  return days < 1 ? "today" : days === 1 ? "1 day" : `${days} days`;
}

/** The oldest password whose age is known: whose it is, and since when. */
export function oldestCredential({
  credentials,
}: StackStatus): { account: string; since: string } | undefined {
  return credentials
    .flatMap(({ account, since }) => (since === undefined ? [] : [{ account, since }]))
    .sort((a, b) => Date.parse(a.since) - Date.parse(b.since))[0];
}

/** The oldest password: whose, and how old it is. */
export function credentialsText(status: StackStatus, now: number): string {
  const oldest = oldestCredential(status);
  if (oldest === undefined) return "unknown";
  const days = Math.floor((now - Date.parse(oldest.since)) / day);
  return `${daysText(days)} (${oldest.account})`;
}

export function keysText({ keys }: StackStatus): string {
  const [first] = keys;
  if (first === undefined) return "none";
  const expired = keys.filter(({ state }) => state === "expired").length;
  if (expired > 0) return `${expired} of ${keys.length} expired`;
  const { daysLeft } = first;
  if (daysLeft === undefined) return `${keys.length}, no end`;
  return daysLeft < 1
    ? `${keys.length}, first ends today`
    : `${keys.length}, first ends in ${daysText(daysLeft)}`;
}

/** The generation that clients hold, and the one that is declared or begun. */
export function rotationText({ rotation }: StackStatus): string {
  const { declared, begun, handedOut, interrupted } = rotation;
  const held = handedOut ?? begun;
  if (interrupted) return `${handedOut ?? "none"} → ${begun ?? "?"}, interrupted`;
  if (held === undefined) return declared === undefined ? "none" : `none → ${declared}`;
  return declared === undefined || declared === held ? `${held}` : `${held} → ${declared}, pending`;
}

/** Something that is wrong, or will be. */
interface Trouble {
  failed: boolean;
  words: string;
  hint?: string;
}

/** What is wrong with a stack: its own troubles, then those that its checks found. */
export function troubles(status: StackStatus): Trouble[] {
  const { reason, verdict, problems, rotation, keys, findings } = status;
  const interrupted =
    "a rotation began and its pull secrets were not handed out: run pulumi up again";
  const own = [
    ...(reason === undefined ? [] : [`${verdict}: ${reason}`]),
    ...problems,
    ...(rotation.interrupted ? [interrupted] : []),
  ];
  return [
    ...own.map((words) => ({ failed: true, words })),
    ...keys.flatMap(keyTrouble),
    ...findings.map(({ status: result, code, title, subject, detail, hint }) => {
      const of = subject === undefined ? "" : ` (${subject})`;
      return { failed: result === "failed", words: `${code} ${title}${of}: ${detail}`, hint };
    }),
  ];
}

function keyTrouble({ name, state, expires = "" }: KeyAge): Trouble[] {
  if (state === "expired")
    return [{ failed: true, words: `the API key ${name} expired at ${expires}` }];
  if (state !== "ends soon") return [];
  return [{ failed: false, words: `the API key ${name} ends at ${expires}` }];
}

/** What could not be found out about a stack that was looked at, and why. */
export function unknowns({ verdict, storage }: StackStatus): string[] {
  const looked = verdict === "fine" || verdict === "problems";
  return looked && storage.unknown !== undefined ? [`storage in use: ${storage.unknown}`] : [];
}

/** `683694096c80`: enough of a digest to tell it from others. */
const short = (digest: string) => digest.slice(digest.indexOf(":") + 1).slice(0, 12);

/** What a cluster has of an image, in words beside the digest; ≠ where it is not what most have. */
export function cellText(row: ImageRow, cell: ImageCell | undefined): string {
  if (cell === undefined) return "-";
  const { state, digest, behindLock } = cell;
  const words = [
    ...(digest === undefined ? [state] : [short(digest)]),
    ...(state === "moved" ? ["moved"] : []),
    ...(behindLock ? ["behind lock"] : []),
  ];
  return `${differs(row, cell) ? "≠ " : ""}${words.join(", ")}`;
}

/** Whether a cluster holds another image than most, where there is skew. */
export function differs(row: ImageRow, { digest }: ImageCell): boolean {
  return row.skew && digest !== undefined && digest !== usualDigest(row);
}

/** The digest that most clusters hold under a tag; undefined where no two agree. */
function usualDigest({ stacks }: ImageRow): string | undefined {
  const counts = new Map<string, number>();
  for (const { digest } of Object.values(stacks))
    if (digest !== undefined) counts.set(digest, (counts.get(digest) ?? 0) + 1);
  const [first, second] = [...counts].sort((a, b) => b[1] - a[1]);
  return first !== undefined && first[1] > (second?.[1] ?? 0) ? first[0] : undefined;
}

/** What the words in the matrix mean, for those that stand in it. */
export function legend(images: readonly ImageRow[]): string[] {
  const cells = images.flatMap(({ stacks }) => Object.values(stacks));
  const has = (state: ImageCell["state"]) => cells.some((cell) => cell.state === state);
  return [
    ...(images.some(({ skew }) => skew)
      ? ["skew: clusters hold different images under the tag; ≠ marks those that differ from most"]
      : []),
    ...(has("moved") ? ["moved: the tag names another image than was seeded"] : []),
    ...(has("absent") ? ["absent: the registry has no such tag"] : []),
    ...(has("unknown") ? ["unknown: nobody could look"] : []),
    ...(has("not deployed")
      ? ["not deployed: the stack file has it, no deployment had it yet"]
      : []),
    ...(cells.some(({ behindLock }) => behindLock)
      ? ["behind lock: the lock has another image than the last deployment seeded"]
      : []),
  ];
}

/** `8 stacks: 5 fine, 2 problems, 1 unreachable; skew in 1 of 4 images`. */
export function summary(stacks: readonly StackStatus[], images: readonly ImageRow[]): string {
  const kinds = (Object.keys(symbols) as Verdict[]).flatMap((verdict) => {
    const count = stacks.filter((stack) => stack.verdict === verdict).length;
    return count === 0 ? [] : [`${count} ${verdict === "problems" ? "with problems" : verdict}`];
  });
  const skewed = images.filter(({ skew }) => skew).length;
  const total = `${stacks.length} ${stacks.length === 1 ? "stack" : "stacks"}: ${kinds.join(", ")}`;
  return skewed === 0 ? total : `${total}; skew in ${skewed} of ${images.length} images`;
}
