// What Zot's log says of Redis and of the bucket: lines of 2.1.18, written while each of them was away. An address or a request's id
// is in some of them, so what is found is told in words of ours.

/** Something that Zot needs and did not get. */
export interface BackendProblem {
  reason: string;
  /** When it was written, in milliseconds since 1970. */
  at: number;
}

/** Why Redis does not serve, by the newest line that says so; undefined where it does, or did afterwards. */
export function redisProblem(log: string): BackendProblem | undefined {
  const lines = log.split("\n");
  const at = lines.findLastIndex((line) => redisFailed.test(line) && reasonIn(line) !== undefined);
  const line = lines[at] ?? "";
  const reason = reasonIn(line);
  if (reason === undefined || lines.slice(at).some((each) => each.includes(wroteToRedis)))
    return undefined;
  return { reason, at: millisecondsOf(line) };
}

/** At a start (pkg/storage/cache/redis.go, pkg/meta/redis/redis.go) and while it runs (the latter). */
const redisFailed = /"message":"failed to (?:ping redis (?:cache|DB)|acquire redis lock)"/;

/** Each request of an account writes its profile, by what it was let in (pkg/api/authn.go, basicAuthn). */
const wroteToRedis = '"message":"user profile successfully set"';

/** Why a start ended at the bucket, by the newest start that failed; undefined where it was something else. */
export function bucketProblemAtStart(log: string): BackendProblem | undefined {
  const line =
    log.split("\n").findLast((each) => each.includes('"failed to init controller"')) ?? "";
  const error = /"error":"s3aws: ((?:[^"\\]|\\.)*)/.exec(line)?.[1];
  if (error === undefined) return undefined;
  return { reason: reasonIn(error) ?? "it does not serve", at: millisecondsOf(line) };
}

/** The repository that was pulled last without Redis knowing it: only what was pushed or read at a start does it know. */
export const unknownToRedis = (log: string): string | undefined =>
  [
    ...log.matchAll(
      /"message":"failed to update stats on download image","error":"repo metadata not found[^"]*","repository":"([^"]+)"/g,
    ),
  ].at(-1)?.[1];

const reasons: readonly (readonly [RegExp, string])[] = [
  [/\b(?:WRONGPASS|NOAUTH)\b/, "it refuses the password"],
  [/\bNoSuchBucket\b/, "there is no such bucket"],
  [/\b(?:SignatureDoesNotMatch|InvalidAccessKeyId|AccessDenied)\b/, "it refuses the access key"],
  [/\bNoCredentialProviders\b/, "Zot has no access key"],
  [/\bconnection refused\b/, "connection refused"],
  [/\bno such host\b/, "its host name is not known (DNS)"],
  [/\bi\/o timeout\b/, "no answer in time"],
  [/\bx509\b/, "its certificate is not trusted"],
];

/** A lock that is held elsewhere is one that is not acquired, too: none of these, and no failure. */
const reasonIn = (words: string): string | undefined =>
  reasons.find(([pattern]) => pattern.test(words))?.[1];

const millisecondsOf = (line: string) => Date.parse(/"time":"([^"]*)/.exec(line)?.[1] ?? "");
