import { expositionText, type Gauge, type Sample } from "../render/exposition";
import type { Format } from "../render/format";
import { version } from "../system/version";
import type { CheckResult, Status } from "./check";
import type { ExpectedApiKey } from "./expectations";
import { countResults } from "./outcomes";

/** A verification as a monitoring system wants to hear of it. */
export interface VerificationRun {
  /** The stack's name, `local`, or the registry's address. */
  stack: string;
  /** When it ended, in milliseconds since 1970. */
  endedAt: number;
  /** How long it took. */
  seconds: number;
  /** Accounts, and since when each has its password, RFC 3339; absent where the state does not tell. */
  credentials: readonly { account: string; since?: string }[];
  /** The generation that a deployment began with, and the one whose pull secrets were handed out. */
  rotation: { begun?: number; handedOut?: number };
  apiKeys: readonly Pick<ExpectedApiKey, "name" | "username" | "expiresAt" | "renewBeforeDays">[];
}

/** What became of a check. A warning holds; a skipped check was not looked at: it neither holds nor fails, and has no value. */
const holds: Record<Status, number | undefined> = {
  passed: 1,
  warning: 1,
  failed: 0,
  skipped: undefined,
};

/**
 * For Prometheus' textfile collector. Times are the times of the events, never days left: what reads them counts the days, and
 * a file of yesterday still says what is true.
 */
export const prometheus: Format<{ results: readonly CheckResult[]; run: VerificationRun }> = ({
  results,
  run,
}) => expositionText(gauges(results, run));

function gauges(results: readonly CheckResult[], run: VerificationRun): Gauge[] {
  const { stack, endedAt, seconds, credentials, rotation, apiKeys } = run;
  const one = (value: number | undefined, labels: Record<string, string> = {}): Sample[] =>
    value === undefined || Number.isNaN(value) ? [] : [{ labels: { stack, ...labels }, value }];
  return [
    {
      name: "zot_fleet_build_info",
      help: "The version of the zot-fleet that verified, always 1.",
      samples: one(1, { version }),
    },
    {
      name: "zot_fleet_check",
      help: "Whether a check holds: 1 passed or with a warning, 0 failed. What was skipped is not here.",
      samples: results.flatMap(({ code, subject = "", status }) =>
        one(holds[status], { code, subject }),
      ),
    },
    {
      name: "zot_fleet_check_results",
      help: "Results of the last verification, by what became of them.",
      samples: Object.entries(countResults(results)).flatMap(([status, count]) =>
        one(count, { status }),
      ),
    },
    {
      name: "zot_fleet_verification_timestamp_seconds",
      help: "When the last verification ended.",
      samples: one(Math.floor(endedAt / 1000)),
    },
    {
      name: "zot_fleet_verification_duration_seconds",
      help: "How long the last verification took.",
      samples: one(seconds),
    },
    {
      name: "zot_fleet_certificate_expiry_timestamp_seconds",
      help: "When the certificate that the registry's host name shows ends.",
      samples: results.flatMap(({ ends }) => one(at(ends))),
    },
    {
      name: "zot_fleet_api_key_expiry_timestamp_seconds",
      help: "When an API key ends. One that never does is not here.",
      samples: apiKeys.flatMap(({ name, username, expiresAt }) =>
        one(at(expiresAt), { key: name, account: username }),
      ),
    },
    {
      name: "zot_fleet_api_key_renewal_timestamp_seconds",
      help: "From when on a refresh renews an API key.",
      samples: apiKeys.flatMap(({ name, username, expiresAt, renewBeforeDays }) => {
        const end = at(expiresAt);
        const from = end === undefined ? undefined : end - renewBeforeDays * 86_400;
        return one(from, { key: name, account: username });
      }),
    },
    {
      name: "zot_fleet_password_changed_timestamp_seconds",
      help: "When an account got the password that it has.",
      samples: credentials.flatMap(({ account, since }) => one(at(since), { account })),
    },
    {
      name: "zot_fleet_rotation_generation",
      help: "Generation of the machine accounts: the one that a deployment began with, and the one that pull secrets were handed out of.",
      samples: [
        ...one(rotation.begun, { step: "begun" }),
        ...one(rotation.handedOut, { step: "handed_out" }),
      ],
    },
  ];
}

/** A time in RFC 3339 as seconds since 1970. */
const at = (time: string | undefined) =>
  time === undefined ? undefined : Math.floor(Date.parse(time) / 1000);
