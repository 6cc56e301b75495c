import { code, escaped } from "../../render/markdown";
import { recordedGenerations } from "../../zot/generations";
import { describedStep, textAt, textsIn, type Change, type Described } from "./change";
import { clusterTypes } from "./cluster";
import { differences } from "./differences";
import { seedChanges } from "./images";
import { redactedText, shown } from "./redacted";
import { moveInChanges, releaseChanges } from "./release";
import type { Preview } from "./readPreview";

/** What is to become of one cluster. */
export interface ClusterReport {
  cluster: string;
  /** Why its preview did not go through; none where it did. */
  errors: string[];
  changes: Change[];
  /** Steps without words of their own: components, proofs, checks that run again. */
  quiet: number;
}

const dynamic = (name: string) => `pulumi-nodejs:dynamic/zot-fleet:${name}`;

/** Changes beside others that tell of them. */
const silent = new Set([
  "pulumi:pulumi:Stack",
  "pulumi:providers:kubernetes",
  "pulumi:providers:pulumi-nodejs",
  ...[
    "ClusterGuard",
    "IssuerProof",
    "KeyRevocation",
    "KeyRevocationEnd",
    "Proof",
    "RegistryPlace",
    "Verification",
  ].map(dynamic),
]);

const types: Readonly<Record<string, (step: Described) => Change[]>> = {
  ...clusterTypes,
  "kubernetes:helm.sh/v3:Release": releaseChanges,
  [dynamic("Seed")]: seedChanges,
  [dynamic("Account")]: account,
  [dynamic("ApiKey")]: apiKey,
  [dynamic("ReleaseRepair")]: releaseRepair,
  [dynamic("Rotation")]: rotation,
  [dynamic("SessionKeys")]: sessions,
  "command:local:Command": restartOf,
};

/** What a preview says, in the project's words. No value of a credential is among them, old or new. */
export function describe({ cluster, steps, errors }: Preview): ClusterReport {
  // In an order of ours: the engine's differs from run to run, and a comment that is kept current would change with it.
  const found = steps.flatMap((step) => describedStep(step) ?? []).sort(byTypeAndName);
  const movedIn = new Set(
    found.filter(({ kind }) => kind === "moved in").map(({ type, name }) => `${type} ${name}`),
  );
  const loud = found.filter(({ type }) => !isSilent(type));
  const told = loud
    .map((step) =>
      step.kind === "changed" && movedIn.has(`${step.type} ${step.name}`)
        ? moveInChanges(step)
        : (types[step.type] ?? generic)(step),
    )
    .filter((changes) => changes.length > 0);
  return {
    cluster,
    errors: errors.map((error) => redactedText(error.trim())),
    changes: withoutRepeats([...told.flat(), ...keysThatStay(found)]),
    quiet: found.length - told.length,
  };
}

const byTypeAndName = (a: Described, b: Described) =>
  `${a.type} ${a.name}` < `${b.type} ${b.name}` ? -1 : 1;

const isSilent = (type: string) => silent.has(type) || type.startsWith("zot-fleet:index:");

/** It is there in every stack; what it finds to do is told. */
function releaseRepair({ kind, now, old }: Described): Change[] {
  const begins = kind === "changed" && now["repair"] !== old["repair"] && now["repair"] !== "";
  return begins
    ? [
        {
          kind,
          words: "what a cut deployment left of Helm's release is repaired first",
          risk: true,
        },
      ]
    : [];
}

function account({ kind, name, now, old }: Described): Change[] {
  const user = code(textAt(now, "username") ?? textAt(old, "username") ?? name);
  if (kind === "deleted") return [{ kind, words: `${user} stops working`, risk: true }];
  return kind === "created"
    ? [{ kind, words: `the account ${user} is made` }]
    : [{ kind, words: `${user} gets another password: the one before stops working`, risk: true }];
}

/** A line that follows a line: nobody's password is known, and so nobody's keys can be listed. */
function keysThatStay(found: readonly Described[]): Change[] {
  const names = found
    .filter(({ type, kind }) => type === dynamic("KeyRevocationEnd") && kind === "changed")
    .flatMap(({ old, now }) => {
      const before = lineOwners(old);
      return lineOwners(now).filter((name) => before.includes(name));
    });
  return found
    .filter(({ type, kind }) => isAccount(type) && kind === "changed")
    .map(({ kind, now }) => ({ kind, name: textAt(now, "username") ?? "" }))
    .filter(({ name }) => names.includes(name))
    .map(({ kind, name }) => ({
      kind,
      words: `API keys of ${code(name)} still work: one password line follows another, and without a password they cannot be listed`,
      risk: true,
    }));
}

const isAccount = (type: string) => type === dynamic("Account");

function lineOwners({ lines }: Described["now"]): string[] {
  return Array.isArray(lines) ? lines.flatMap((line) => textAt(line, "username") ?? []) : [];
}

function apiKey({ kind, name, now, old }: Described): Change[] {
  const key = code(textAt(now, "label") ?? textAt(old, "label") ?? name);
  const [before, after] = [old, now].map((inputs) => textsIn(inputs["foreign"]).map(code));
  if (kind === "deleted") {
    const stays = list(before, "stays, without it", "stay, without it");
    return [{ kind, words: `the API key ${key} stops working${stays}`, risk: true }];
  }
  const what = kind === "created" ? "is made and delivered" : "is renewed, or delivered anew";
  const taken = (after ?? []).filter((name) => !before?.includes(name));
  const words = list(
    taken,
    "is there and not ours: only the keys of the login are written",
    "are there and not ours: only the keys of the login are written",
  );
  return [
    {
      kind,
      words: `the API key ${key} ${what}${words}`,
      ...(taken.length === 0 ? {} : { risk: true }),
    },
  ];
}

const list = (secrets: readonly string[] = [], one: string, many: string): string =>
  secrets.length === 0
    ? ""
    : secrets.length === 1
      ? `; the Secret ${secrets.join("")} ${one}`
      : `; the Secrets ${secrets.join(", ")} ${many}`;

/** The one that hands accounts out tells the same again. */
function rotation({ kind, name, old, now }: Described): Change[] {
  if (!/(^|-)rotation$/.test(name) || kind === "created") return [];
  const [from = "?", to = "?"] = [old, now].map((inputs) =>
    escaped(textAt(inputs, "rotation") ?? "?"),
  );
  if (kind === "deleted") return [{ kind, words: "the rotation is forgotten", risk: true }];
  const kept = keptBy(now);
  if (from !== to) {
    const words = `rotates the machine accounts from ${from} to ${to}`;
    const before = kept.includes(from) ? "works until the next rotation" : "stops working";
    return [{ kind, words: `${words}: ${from} ${before}`, risk: true }];
  }
  const words =
    kept.length > 0 ? "the accounts before work as well" : "the accounts before stop working";
  return [{ kind, words, ...(kept.length > 0 ? {} : { risk: true }) }];
}

/** The generations that work beside the current one. */
function keptBy({ rotation, keepPrevious, keep }: Record<string, unknown>): string[] {
  if (typeof rotation !== "number") return [];
  const named = Array.isArray(keep)
    ? { keep: keep.filter((each) => typeof each === "number") }
    : {};
  const recorded = { rotation, keepPrevious: keepPrevious === true, ...named };
  return recordedGenerations(recorded).keep.map(String);
}

function sessions({ kind }: Described): Change[] {
  return kind === "created"
    ? [{ kind, words: "keys for the sessions of people who sign in are made" }]
    : [{ kind, words: "whoever is signed in has to sign in again", risk: true }];
}

function restartOf({ kind, name }: Described): Change[] {
  return kind === "deleted"
    ? [{ kind, words: `${code(name)} is no longer restarted for a new image` }]
    : [{ kind, words: `restarts ${code(name)}` }];
}

/** Of anything else: its kind, its name, and the leaves that change, with both sides redacted. */
function generic({ kind, type, name, old, now }: Described): Change[] {
  const what = `${code(type)} ${code(name)} is ${kind}`;
  if (kind !== "changed")
    return [{ kind, words: what, ...(kind === "created" ? {} : { risk: true }) }];
  const leaves = differences({ ...old, __provider: 0 }, { ...now, __provider: 0 })
    .slice(0, 5)
    .map(
      ({ path, old: before, now: after }) =>
        `${code(path.join("."))} ${code(shown(path, before))} → ${code(shown(path, after))}`,
    );
  return [{ kind, words: [what, ...leaves].join("; ") }];
}

function withoutRepeats(changes: Change[]): Change[] {
  const seen = new Set<string>();
  return changes.filter(({ words }) => !seen.has(words) && seen.add(words));
}
