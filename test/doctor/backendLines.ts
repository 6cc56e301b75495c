/** A line as Zot writes it. */
const line = (time: string, level: string, message: string, more: object = {}) =>
  JSON.stringify({ time, level, message, ...more });

const refused = "dial tcp 10.0.0.7:6379: connect: connection refused";
const send = (words: string) => `s3aws: RequestError: send request failed\ncaused by: ${words}`;
const request =
  'Get "http://s3.test/images?list-type=2&prefix=zot%2F": dial tcp 10.0.0.9:443: connect:';
const [started, ran, later] = [
  "2026-05-31T23:57:00.762Z",
  "2026-05-31T23:58:00Z",
  "2026-05-31T23:59:00.172Z",
];

/** Zot ends at a start with the cause, and then says how it is called. */
const endedBy = (error: string) =>
  [
    line(started, "error", "failed to init controller", { error }),
    `Error: ${error}`,
    "Usage:\n  zot serve <config> [flags]",
  ].join("\n");

/** What Zot 2.1.18 wrote while Redis, or an S3 gateway, was stopped, refused it or had been emptied. */
export const backendLines = {
  redis: {
    refusedAtStart: `${line(started, "error", "failed to ping redis cache", { error: refused })}\n${endedBy(refused)}`,
    wrongPassword: line(started, "error", "failed to ping redis cache", {
      error: "WRONGPASS invalid username-password pair or user is disabled.",
    }),
    unknownHost: line(started, "error", "failed to ping redis cache", {
      error: "dial tcp: lookup redis.example on 10.96.0.10:53: no such host",
    }),
    refusedWhileRunning: [
      line(ran, "error", "failed to acquire redis lock", {
        error: `1 error occurred:\n\t* node #0: ${refused}\n\n`,
        lockName: "zot:Locks:User:admin",
      }),
      line(ran, "error", "failed to update user profile", {
        error: `1 error occurred:\n\t* node #0: ${refused}\n\n`,
        identity: "admin",
      }),
    ].join("\n"),
    lockHeld: line(ran, "error", "failed to acquire redis lock", {
      error: "redsync: failed to acquire lock",
      lockName: "zot:Locks:User:admin",
    }),
    served: line(later, "info", "user profile successfully set", { identity: "admin" }),
  },
  bucket: {
    refused: endedBy(send(`${request} connection refused`)),
    absent: endedBy(
      "s3aws: NoSuchBucket: The specified bucket does not exist.\n\tstatus code: 404, request id: 1DDV, host id: X87v=",
    ),
    wrongKey: endedBy(
      "s3aws: SignatureDoesNotMatch: The request signature we calculated does not match the signature you provided.\n\tstatus code: 403, request id: 4T7W, host id: aJ+=",
    ),
  },
  emptied: line(later, "error", "failed to update stats on download image", {
    error: "repo metadata not found for given repo name",
    repository: "a/b",
    reference: "v1",
  }),
};
