import assert from "node:assert/strict";
import { diagnose } from "../../src/doctor/diagnose";
import { failing, refusedPull, secret, withRegistry } from "./snapshots";

const expired = { keys: [{ label: "ci", expiresAt: "2026-05-01T00:00:00Z" }] };
const codes = (errorText: string) =>
  diagnose({ ...withRegistry(expired), errorText }).map(({ code }) => code);

const pushOf = (tag: string, words: string) =>
  `writing manifest: uploading manifest ${tag} to oci.fleet.test/team/app: ${words}`;

describe("an API key that has expired", () => {
  it("explains 401, and no 403: that one goes to an account that Zot knows", () => {
    assert.deepEqual(codes(pushOf("v9", "unauthorized: authentication required")), ["ZD207"]);
    const denied = "denied: requested access to the resource is denied";
    assert.deepEqual(codes(pushOf("v9", denied)), ["ZD210"]);
    assert.deepEqual(codes(pushOf("v1", denied)), ["ZD208"]);
    const forbidden = { ...failing(), message: "unexpected status: 403 Forbidden" };
    const { cluster } = refusedPull([secret], forbidden);
    const pull = diagnose({ ...withRegistry(expired), ...(cluster && { cluster }) });
    assert.deepEqual(
      pull.map(({ code }) => code),
      ["ZD209"],
    );
  });

  it("explains the words of containerd, too", () => {
    const text = "pull access denied, repository does not exist: authorization failed";
    assert.deepEqual(codes(text), ["ZD207"]);
  });
});
