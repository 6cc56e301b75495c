import type { Cell, Fault } from "./fault";

const full: Cell = { held: "test/faults/storageFull.test.ts" };
const killed: Cell = { held: "test/faults/restart.test.ts" };

/** What goes wrong at the registry, on the runner, and at those whom a deployment asks besides. */
export const placeFaults: readonly Fault[] = [
  {
    name: "disk full at the registry",
    seeding: full,
    verification: full,
    doctor: full,
    up: full,
  },
  {
    name: "disk full on the runner",
    seeding: { held: "test/faults/machine.test.ts" },
    verification: { never: "it writes nothing" },
    doctor: { never: "it writes nothing" },
    up: { held: "test/faults/machine.test.ts" },
  },
  {
    name: "registry restarted during a push",
    seeding: killed,
    verification: { never: "it pushes nothing; a registry that is away is in this table" },
    doctor: { never: "it pushes nothing; a registry that is away is in this table" },
    up: killed,
  },
  {
    name: "an expired token",
    seeding: { held: "test/contract/clientAccounts.test.ts" },
    verification: { held: "test/contract/clientAccounts.test.ts" },
    doctor: { held: "test/contract/clientAccounts.test.ts" },
    up: { never: "no registry that is deployed here has a token service: accounts are htpasswd's" },
  },
  {
    name: "the identity provider away",
    seeding: { never: "accounts of the registry's own push" },
    verification: { held: "test/checks/oidc.test.ts" },
    doctor: { never: "it signs nobody in" },
    up: { held: "test/contract/oidcChecks.test.ts" },
  },
  {
    name: "the forge away",
    seeding: { never: "it asks no forge" },
    verification: { never: "it asks no forge: what was delivered there cannot be read back" },
    doctor: { never: "it asks no forge" },
    up: { held: "test/engine/apiKeys.test.ts" },
  },
  {
    name: "a clock that jumps",
    seeding: { held: "test/faults/machine.test.ts" },
    verification: { held: "test/checks/reach.test.ts" },
    doctor: { held: "test/doctor/credentials.test.ts" },
    up: { held: "test/engine/apiKeys.test.ts" },
  },
];
