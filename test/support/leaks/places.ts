import type { Recorded } from "./world";

/** What of a run may hold a secret, and why; anything else may not. */
interface Place {
  reason: string;
  is: (entry: Recorded) => boolean;
  /** The secrets that may stand there. @default each */
  only?: readonly string[];
}

const writes = (path: RegExp) => (entry: Recorded) =>
  entry.kind === "write" &&
  path.test(entry.path) &&
  entry.mode === 0o600 &&
  entry.folderMode === 0o700;

/** A process that is given this process' whole environment: its arguments hold nothing. */
const inherits = (file: RegExp) => (entry: Recorded) =>
  entry.kind === "start" && file.test(entry.file);

const ofTheShell = [
  "passphrase",
  "a wrong passphrase",
  "token of somebody else's in the environment",
];

/**
 * The places where a process of ours puts a secret on purpose. Besides these: Secrets of the cluster, what a forge is sent, and what a
 * person asks to be shown (`local --show-password`, `mirrors --username`). What the engine itself writes at `--logtostderr -v=9` is
 * the engine's own, and nobody is told to run it so.
 */
export const places: readonly Place[] = [
  {
    reason: "skopeo reads credentials from a file alone; it goes with its folder",
    is: writes(/\/tmp\/zot-fleet-[^/]+\/auth\.json$/),
  },
  {
    reason: "an API key that the stack file wants in a file",
    is: writes(/\/delivered\/key\.json(?:\.[\w-]+)?$/),
  },
  {
    reason: "the engine opens the state by the passphrase, or by a cloud's keys, and knows which",
    is: inherits(/(?:^|\/)pulumi$/),
    only: ofTheShell,
  },
  {
    reason: "tsx compiles what is run from a clone in a process of its own",
    is: inherits(/\/esbuild$/),
    only: ofTheShell,
  },
  {
    reason: "npm run local keeps the password that it was given, for the runs that follow",
    is: (entry) =>
      entry.kind === "write" &&
      /\/\.local\/(?:given-password|auth\.json)$/.test(entry.path) &&
      entry.mode === 0o600,
  },
];

/** What of an entry others may see: the arguments, a file's name and content; of the environment what no place explains. */
export function textOf(entry: Recorded): string {
  if (entry.kind === "crash") return "";
  if (entry.kind === "write")
    return `${entry.path}\n${Buffer.from(entry.data, "base64").toString("latin1")}`;
  return [entry.file, ...entry.args, ...entry.env].join("\n");
}

/** The place that explains why `found` stands in an entry. */
export const placeOf = (entry: Recorded, found: readonly string[]): Place | undefined =>
  places.find(
    ({ is, only }) =>
      is(entry) && (only === undefined || found.every((each) => only.includes(each))),
  );
