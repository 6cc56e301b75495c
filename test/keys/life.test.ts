import assert from "node:assert/strict";
import { daysLeft, endOf, orphans, renewalReason } from "../../src/keys/life";
import { isOurs, labelOf } from "../../src/keys/label";
import type { RegistryKey } from "../../src/keys/registryKeys";

const now = new Date("2026-11-21T12:00:00.750Z");
const key = (change: Partial<RegistryKey> = {}): RegistryKey => ({
  id: "one",
  label: "zot-fleet:ottawa/builds",
  createdAt: "2026-10-01T00:00:00Z",
  expiresAt: "2026-12-12T12:00:00.750Z",
  ...change,
});
const life = { renewBeforeDays: 21 };

describe("a key's life", () => {
  it("ends after its days, in whole seconds, as Zot takes it", () => {
    assert.equal(endOf({ expiresAfterDays: 90, renewBeforeDays: 21 }, now), "2027-02-19T12:00:00Z");
  });

  it("is worn from the moment that fewer days are left, and not before", () => {
    assert.equal(daysLeft(key(), now), 21);
    assert.equal(renewalReason("one", [key()], life, now), undefined);
    const later = new Date(now.getTime() + 1);
    assert.equal(
      renewalReason("one", [key()], life, later),
      "20 days are left of it, fewer than 21",
    );
    assert.match(
      renewalReason("one", [key({ expiresAt: "2026-11-21T12:00:00Z" })], life, now) ?? "",
      /^it expired on 2026/,
    );
  });

  it("is worn where the registry does not have it, and never where it has no end", () => {
    assert.equal(renewalReason("two", [key()], life, now), "the registry does not have it");
    assert.equal(renewalReason(undefined, [key()], life, now), "the registry does not have it");
    const { expiresAt: _, ...endless } = key();
    assert.equal(renewalReason("one", [endless], life, now), undefined);
  });

  it("knows orphans by the label alone", () => {
    const all = [key(), key({ id: "two" }), key({ id: "three", label: "laptop" })];
    assert.deepEqual(
      orphans("one", labelOf("ottawa", "builds"), all).map(({ id }) => id),
      ["two"],
    );
    assert.deepEqual(
      all.map(({ label }) => isOurs(label)),
      [true, true, false],
    );
  });
});
