import assert from "node:assert/strict";
import fc from "fast-check";
import { bucketProblemAtStart, redisProblem, unknownToRedis } from "../../src/facts/zotBackends";
import {
  linesByTime,
  lineWithoutRoom,
  manifestPutStatus,
  timeOfLine,
  upstreamRefusal,
  uploadTimedOut,
} from "../../src/facts/zotLog";
import { backendLines } from "../doctor/backendLines";
import { hostileText } from "../support/hostileText";

const { redis, bucket, emptied } = backendLines;
const known = [
  ...Object.values(redis),
  ...Object.values(bucket),
  emptied,
  '{"level":"error","repository":"a/b","error":"sync: 429 toomanyrequests","time":"2026-05-31T23:58:00Z"}',
  '{"method":"PUT","path":"/v2/a/b/manifests/v1","statusCode":201,"time":"2026-05-31T23:58:00Z"}',
  '{"message":"unexpected error, removing .uploads/ files","error":"i/o timeout"}',
  '{"message":"write: no space left on device"}',
];

/** A line as Zot writes it, with something else in it, cut off, or none of its own. */
const line = fc.oneof(
  fc
    .tuple(fc.constantFrom(...known), fc.nat(), hostileText, fc.nat(5))
    .map(([text, at, more, length]) => {
      const place = at % (text.length + 1);
      return text.slice(0, place) + more + text.slice(place + length);
    }),
  hostileText,
);

describe("Zot's log", () => {
  it("is read whatever stands in it, and what is told of it is in words of ours", () => {
    const words = /^(?:it |connection refused$|there is |Zot has |its |no answer in time$)/;
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), hostileText, (lines, repository) => {
        const log = lines.join("\n");
        for (const said of [
          upstreamRefusal(log, repository),
          upstreamRefusal(log, "a/b"),
          redisProblem(log)?.reason,
          bucketProblemAtStart(log)?.reason,
        ])
          assert.match(said ?? "it is well", words);
        const status = manifestPutStatus(log, [{ repository, reference: "v1" }]);
        assert.ok(status === undefined || Number.isInteger(status));
        const all = linesByTime([log, log]);
        assert.ok(all.every((each) => timeOfLine(each) !== undefined));
        lineWithoutRoom(log);
        uploadTimedOut(log);
        unknownToRedis(log);
      }),
    );
  });

  it("takes no time over long nonsense", () => {
    for (const part of [
      '"error":"',
      "sync",
      '"message":"unexpected error, removing .uploads/ files"',
      '"time":"',
      "\\",
    ]) {
      const log = part.repeat(20_000 / part.length);
      upstreamRefusal(log, "a");
      redisProblem(log);
      bucketProblemAtStart(`"failed to init controller""error":"s3aws: ${log}`);
      uploadTimedOut(log);
      unknownToRedis(log);
      linesByTime([log]);
    }
  });
});
