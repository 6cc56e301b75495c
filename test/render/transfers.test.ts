import assert from "node:assert/strict";
import { Transfers } from "../../src/render/transfers";

const mib = 1024 * 1024;

describe("how far bytes have come", () => {
  let now = 0;
  const begun = () => {
    now = 0;
    return new Transfers(() => now);
  };

  it("is bytes of all, the rate, and the time that is left", () => {
    const transfers = begun();
    const { moved } = transfers.begin("pushing a:1", 100 * mib);
    assert.equal(transfers.text(), "pushing a:1");
    now = 4000;
    moved(40 * mib);
    assert.equal(
      transfers.text(),
      "about 40.0 MiB of 100.0 MiB, 10.0 MiB/s, 6 s left: pushing a:1",
    );
  });

  it("is the sum of what moves at the same time", () => {
    const transfers = begun();
    const first = transfers.begin("pushing a:1", 10 * mib);
    const second = transfers.begin("pushing b:1", 30 * mib);
    now = 2000;
    first.moved(4 * mib);
    second.moved(4 * mib);
    assert.equal(
      transfers.text(),
      "about 8.0 MiB of 40.0 MiB, 4.0 MiB/s, 8 s left: pushing a:1 and 1 more",
    );
    first.end();
    assert.equal(transfers.text(), "about 4.0 MiB of 30.0 MiB, 4.0 MiB/s, 7 s left: pushing b:1");
    second.end();
    assert.equal(transfers.text(), undefined);
  });

  it("is the rate of late, not of all the time", () => {
    const transfers = begun();
    const { moved } = transfers.begin("pushing a:1", 1000 * mib);
    for (; now < 60_000; now += 1000) {
      moved(Math.min(now / 1000, 20) * mib);
      transfers.text();
    }
    assert.equal(transfers.text(), "about 20.0 MiB of 1000.0 MiB, 0 B/s: pushing a:1");
  });

  it("leaves out what nobody knows", () => {
    const transfers = begun();
    const copied = transfers.begin("copying a from b");
    now = 2000;
    assert.equal(transfers.text(), "copying a from b");
    copied.moved(4 * mib);
    assert.equal(transfers.text(), "about 4.0 MiB, 2.0 MiB/s: copying a from b");
  });

  it("is never more than all, and promises no time once all has been sent", () => {
    const transfers = begun();
    const { moved } = transfers.begin("pushing a:1", 4 * mib);
    now = 2000;
    moved(5 * mib);
    assert.equal(transfers.text(), "about 4.0 MiB of 4.0 MiB, 2.0 MiB/s: pushing a:1");
  });

  it("forgets how fast it was before a pause", () => {
    const transfers = begun();
    const first = transfers.begin("pushing a:1", mib);
    now = 1000;
    first.moved(mib);
    first.end();
    now = 900_000;
    const second = transfers.begin("pushing b:1", 10 * mib);
    now += 2000;
    second.moved(4 * mib);
    assert.equal(transfers.text(), "about 4.0 MiB of 10.0 MiB, 2.0 MiB/s, 3 s left: pushing b:1");
  });
});
