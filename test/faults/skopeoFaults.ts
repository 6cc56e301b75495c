import { copyFile, writeFile, readFile } from "node:fs/promises";
import type { Cell, Fault } from "./fault";

const reads: Cell = { never: "it only reads, and without skopeo" };
const only = (
  seeding: Cell,
  up: Cell,
): Pick<Fault, "seeding" | "verification" | "doctor" | "up"> => ({
  seeding,
  verification: reads,
  doctor: reads,
  up,
});

/** A skopeo that is not as it should be, and what it is given. */
export const skopeoFaults: readonly Fault[] = [
  {
    name: "skopeo missing",
    ...only(
      { held: "test/faults/machine.test.ts" },
      { never: "the same provider, and the same words as of one that is too old" },
    ),
    doctor: { held: "test/doctor/needs/needs.test.ts" },
  },
  {
    name: "skopeo too old",
    make: ({ beforeSkopeo }) => {
      beforeSkopeo(`echo 'time="x" level=fatal msg="unknown flag: --digestfile"' >&2; exit 1`);
    },
    ...only(
      {
        says: /^unknown flag: --digestfile: \S+ does not know .* oldest that was tried is 1\.9\.3$/,
      },
      { says: /ZF302 .*unknown flag: --digestfile: .* oldest that was tried is 1\.9\.3/ },
    ),
    doctor: { held: "test/doctor/needs/needs.test.ts" },
  },
  {
    name: "skopeo killed",
    make: ({ beforeSkopeo }) => {
      beforeSkopeo("kill -9 $$");
    },
    ...only({ says: /^skopeo ended with SIGKILL$/ }, { says: /ZF302 .*skopeo ended with SIGKILL/ }),
  },
  {
    name: "skopeo hung",
    standsStill: true,
    make: ({ beforeSkopeo }) => {
      beforeSkopeo("exec sleep 3600");
    },
    ...only(
      { says: /^skopeo moved nothing for \d+ s and was ended/ },
      { says: /ZF302 .*skopeo moved nothing for 600 s and was ended/ },
    ),
  },
  {
    name: "the archive changed while it is pushed",
    make: async ({ archive, writeOther, beforeSkopeo }) => {
      await copyFile(archive, `${archive}.locked`);
      await writeOther(`${archive}.other`);
      beforeSkopeo(`cat '${archive}.other' > '${archive}'`);
    },
    // Into the same file.
    lift: async ({ archive }) => writeFile(archive, await readFile(`${archive}.locked`)),
    ...only(
      { says: /was changed while it was pushed.*: no tag of \S+ was moved/ },
      { says: /ZF302 .*was changed while it was pushed/ },
    ),
  },
];
