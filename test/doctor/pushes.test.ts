import assert from "node:assert/strict";
import { diagnose } from "../../src/doctor/diagnose";
import { withPod } from "./snapshots";

/** skopeo's words, and a line of Zot 2.1.18. */
const errorText =
  'level=fatal msg="writing blob: uploading layer chunked: received unexpected HTTP status: 500 Internal Server Error"';
const ended =
  '{"level":"error","message":"unexpected error, removing .uploads/ files","error":"read tcp 127.0.0.1:5000->127.0.0.1:59328: i/o timeout"}';

const detailWith = (log: string, text = errorText) =>
  diagnose({ ...withPod({ log }), errorText: text }).find(({ code }) => code === "ZD403")?.detail;

describe("a push that ends with 500", () => {
  it("was cut by a timeout where the registry's log says so", () => {
    assert.equal(
      detailWith(ended),
      "the push ends with 500, by its log an i/o timeout, and the registry answers",
    );
  });

  it("is not called cut without that line, nor by it without a push", () => {
    assert.equal(detailWith('{"level":"error","error":"no space left on device"}'), undefined);
    assert.equal(detailWith(ended, "pull failed: 500"), undefined);
  });
});
