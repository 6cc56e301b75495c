import assert from "node:assert/strict";
import { chartValues } from "../../src/zot/chartValues";
import { zotConfig } from "../../src/zot/zotConfig";

function podSecurity(adopt: boolean): unknown {
  const config = zotConfig({
    version: "2.1.18",
    address: "0.0.0.0",
    port: 5000,
    rootDirectory: "/var/lib/registry",
    htpasswdPath: "/secret/htpasswd",
    admins: ["admin"],
  });
  const values = chartValues({
    zotVersion: "2.1.18",
    config,
    secretHash: "0",
    adopt,
  });
  return values.podSecurityContext;
}

describe("chartValues", () => {
  it("has every file's owner looked at where a release that ran as root is taken over", () => {
    const nobody = { runAsNonRoot: true, runAsUser: 1000, runAsGroup: 1000, fsGroup: 1000 };
    const seccompProfile = { type: "RuntimeDefault" };
    const expected = { ...nobody, seccompProfile, fsGroupChangePolicy: "Always" };
    assert.deepEqual(podSecurity(true), expected);
    assert.deepEqual(podSecurity(false), { ...expected, fsGroupChangePolicy: "OnRootMismatch" });
  });
});
