import assert from "node:assert/strict";
import { bucketProblemAtStart, redisProblem, unknownToRedis } from "../../src/facts/zotBackends";
import { linesByTime } from "../../src/facts/zotLog";
import { backendLines } from "../doctor/backendLines";

const { redis, bucket, emptied } = backendLines;

describe("what Zot's log says of Redis", () => {
  it("is why it does not serve, at a start and while it runs", () => {
    assert.equal(redisProblem(redis.refusedAtStart)?.reason, "connection refused");
    assert.equal(redisProblem(redis.wrongPassword)?.reason, "it refuses the password");
    assert.equal(redisProblem(redis.unknownHost)?.reason, "its host name is not known (DNS)");
    assert.equal(redisProblem(redis.refusedWhileRunning)?.reason, "connection refused");
    assert.equal(redisProblem(redis.refusedWhileRunning)?.at, Date.parse("2026-05-31T23:58:00Z"));
  });

  it("is nothing where a lock was held by another pod, or where an account came through afterwards", () => {
    assert.equal(redisProblem(redis.lockHeld), undefined);
    assert.equal(redisProblem(`${redis.refusedWhileRunning}\n${redis.served}`), undefined);
    assert.equal(
      redisProblem(`${redis.served}\n${redis.refusedWhileRunning}`)?.reason,
      "connection refused",
    );
    assert.equal(redisProblem(""), undefined);
  });

  it("is what was pulled and is not in it", () => {
    assert.equal(unknownToRedis(emptied), "a/b");
    assert.equal(unknownToRedis(redis.served), undefined);
  });
});

describe("what Zot's log says of its bucket at a start", () => {
  it("is why it did not start, without what the store says of a request", () => {
    const reasons = Object.values(bucket).map((line) => bucketProblemAtStart(line)?.reason);
    assert.deepEqual(reasons, [
      "connection refused",
      "there is no such bucket",
      "it refuses the access key",
    ]);
  });

  it("is nothing where it was Redis", () => {
    assert.equal(bucketProblemAtStart(redis.refusedAtStart), undefined);
    assert.equal(redisProblem(bucket.refused), undefined);
  });
});

describe("the lines of several logs", () => {
  it("stand in the order of their times, whichever pod wrote them", () => {
    const line = (time: string, words: string) => `{"time":"2026-06-01T${time}Z","m":"${words}"}`;
    const one = [line("10:00:00.1", "a"), "Usage:", line("10:00:00.35", "c"), ""].join("\n");
    const other = [line("10:00:00.234567891", "b"), line("10:00:01", "d")].join("\n");
    assert.deepEqual(
      linesByTime([other, one]).map((each) => (JSON.parse(each) as { m: string }).m),
      ["a", "b", "c", "d"],
    );
  });
});
