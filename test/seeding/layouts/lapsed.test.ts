import assert from "node:assert/strict";
import { keptBytes, keptFor, lapsed, type KeptLayout } from "../../../src/seeding/layouts/lapsed";

const day = 24 * 3_600_000;
const now = 100 * day;

let inode = 0;
const layout = (name: string, daysAgo: number, bytes: number, busy = false): KeptLayout => ({
  name,
  used: now - daysAgo * day,
  busy,
  files: new Map([[inode++, bytes]]),
});

describe("lapsed", () => {
  it("names what nobody pushed from for thirty days", () => {
    const layouts = [layout("old", 31, 1), layout("kept", 29, 1), layout("older", 80, 1)];
    assert.deepEqual(lapsed(layouts, now), ["older", "old"]);
    assert.equal(keptFor, 30 * day);
  });

  it("names the least recently used ones until the rest is within ten gibibytes", () => {
    const gibibyte = 2 ** 30;
    const layouts = [
      layout("new", 1, 4 * gibibyte),
      layout("oldest", 9, 4 * gibibyte),
      layout("older", 8, 2 * gibibyte),
      layout("middle", 5, 4 * gibibyte),
    ];
    assert.deepEqual(lapsed(layouts, now), ["oldest"], "10 GiB are kept");
    assert.equal(keptBytes, 10 * gibibyte);
    const more = [...layouts, layout("newest", 0, 1)];
    assert.deepEqual(lapsed(more, now), ["oldest", "older"]);
  });

  it("counts a layer of several images once", () => {
    const shared = new Map([[-1, 60]]);
    const layouts = ["one", "two"].map((name) => ({ ...layout(name, 1, 0), files: shared }));
    assert.deepEqual(lapsed(layouts, now, { keptFor, keptBytes: 60 }), []);
    assert.deepEqual(lapsed(layouts, now, { keptFor, keptBytes: 59 }), ["one", "two"]);
  });

  it("leaves what a push reads, however old and large, and takes the next one", () => {
    const layouts = [layout("busy", 90, 100, true), layout("idle", 2, 10), layout("new", 1, 10)];
    assert.deepEqual(lapsed(layouts, now, { keptFor, keptBytes: 110 }), ["idle"]);
  });
});
