import { roleOf, roles, roleWords } from "../zot/roles";

/** The version that takes no old word any more. */
export const untilVersion = "0.3.0";

export type Values = Readonly<Record<string, unknown>>;

/** A key of the stack file that has another name, or another form, by now. */
export interface OldKey {
  /** Where it stands; `[]` is each item of a list. */
  readonly path: string;
  /** What says the same now. */
  readonly now: string;
  /**
   * The keys to write beside what stands there; none where it can be left out, undefined where nobody can tell: the schema
   * refuses it then as any key that it does not know.
   */
  readonly instead: (value: unknown, beside: Values) => Values | undefined;
}

/** A number whose unit stood in the key's name. */
function withUnit(path: string, name: string, unit: "s" | "m" | "d"): OldKey {
  return {
    path,
    now: `${name}, such as 30${unit}`,
    instead: (value, beside) =>
      Number.isSafeInteger(value) && Number(value) >= 0 && beside[name] === undefined
        ? { [name]: `${String(value)}${unit}` }
        : undefined,
  };
}

export const oldKeys: readonly OldKey[] = [
  {
    path: "keepPrevious",
    now: "rotation: { current: 3 }, which keeps nothing else",
    instead(value, { rotation = 1 }) {
      if (typeof value !== "boolean" || typeof rotation !== "number") return undefined;
      return value ? {} : { rotation: { current: rotation, keep: [] } };
    },
  },
  withUnit("apiKeys[].expiresAfterDays", "expiresAfter", "d"),
  withUnit("apiKeys[].renewBeforeDays", "renewBefore", "d"),
  withUnit("registry.startupMinutes", "startupTimeout", "m"),
  withUnit("checks.certificateDays", "certificateEndsWithin", "d"),
  withUnit("checks.clockSkewSeconds", "clockSkew", "s"),
];

/** The same as types, for programs; those of API keys are apart. */
export interface OldStackKeys {
  /** @deprecated rotation: { current: 3 } keeps nothing else. */
  keepPrevious?: boolean | undefined;
  registry?: OldRegistryKeys | undefined;
  checks?: OldChecks | undefined;
}

export interface OldApiKey {
  /** @deprecated expiresAfter: "90d" */
  expiresAfterDays?: number | undefined;
  /** @deprecated renewBefore: "21d" */
  renewBeforeDays?: number | undefined;
}

export interface OldRegistryKeys {
  /** @deprecated startupTimeout: "10m" */
  startupMinutes?: number | undefined;
}

interface OldChecks {
  /** @deprecated certificateEndsWithin: "14d" */
  certificateDays?: number | undefined;
  /** @deprecated clockSkew: "60s" */
  clockSkewSeconds?: number | undefined;
}

/** What a command was called with before, and is called with in another way by now. */
export interface OldFlag {
  readonly command: string;
  /** The names of the flag; none of an argument without one. */
  readonly names: readonly string[];
  /** Whether it stands alone. @default false: a value follows */
  readonly alone?: boolean;
  /** What to write in its place; nothing where it can be left out, undefined where it is right as it is. */
  readonly instead: (value: string) => readonly string[] | undefined;
}

/** A bare number was one of seconds. */
const inSeconds = (flag: string) => (value: string) =>
  /^\d+(?:\.\d+)?$/.test(value)
    ? [
        flag,
        Number.isInteger(Number(value)) ? `${value}s` : `${Math.round(Number(value) * 1000)}ms`,
      ]
    : undefined;

const oldRole = (word: string) => roleWords.find((each) => each === word && !isRole(each));

const isRole = (word: string) => roles.some((role) => role === word);

export const oldFlags: readonly OldFlag[] = [
  {
    command: "verify",
    names: ["--role"],
    instead(word) {
      const old = oldRole(word);
      return old && ["--role", roleOf(old)];
    },
  },
  { command: "verify", names: ["--wait"], instead: inSeconds("--wait") },
  { command: "status", names: ["--timeout"], instead: inSeconds("--timeout") },
  { command: "status", names: [], instead: (stack) => ["--stack", stack] },
  { command: "lock", names: [], instead: (stack) => ["--stack", stack] },
  { command: "lock", names: ["--keep-missing"], alone: true, instead: () => [] },
  { command: "mirrors", names: ["-f", "--format"], instead: (format) => ["--output", format] },
  { command: "mirrors", names: ["--out"], instead: (folder) => ["--into", folder] },
  { command: "local", names: ["--json"], alone: true, instead: () => ["--output", "json"] },
];

/** What every old word is answered with, wherever it stands. */
export function oldWordWarning(stands: string, line: string): string {
  return `${stands} is the old way to say it, which ends with zot-fleet ${untilVersion}. Write ${line}`;
}
