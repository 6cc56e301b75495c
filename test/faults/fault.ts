import type { AlteringWay } from "../support/alteringWay";
import type { BadWay } from "../support/toxiproxy";

/** What a fault works on: the way to a registry, and the skopeo that is found. All of it is as it should be when a look begins. */
export interface Scene {
  /** The registry itself, past the way. */
  url: string;
  /** What lies between, where connections fail. */
  network: BadWay;
  /** What lies behind that, where answers are others. */
  answers: AlteringWay;
  /** The archive that is to be pushed. */
  archive: string;
  /** Writes another image into an archive. */
  writeOther: (path: string) => Promise<unknown>;
  /** Lets a line of shell run whenever skopeo is called for this look, before it does anything; `$real` is the real one. */
  beforeSkopeo: (line: string) => void;
}

/** What one of the four has to say of a fault. */
export type Cell =
  /** It fails, and these are its words; once the fault is lifted, one more try is enough. */
  | { says: RegExp }
  /** It goes on by itself. */
  | "recovers"
  /** The test that shows it elsewhere. */
  | { held: string }
  /** Why there is nothing to look at. */
  | { never: string };

/** The ways in which somebody meets a registry. */
export const looks = ["seeding", "verification", "doctor", "up"] as const;
export type Look = (typeof looks)[number];

/** Something that goes wrong, and what comes of it. */
export interface Fault extends Record<Look, Cell> {
  name: string;
  /** Absent where every cell is held elsewhere. */
  make?: (scene: Scene) => Promise<void> | void;
  /** skopeo does nothing more, so that a deployment waits for the end of its patience. */
  standsStill?: boolean;
  /** What lifting it asks for besides a mended scene. */
  lift?: (scene: Scene) => Promise<void>;
}

/** Whether a look is taken at a fault here. */
export const isLookedAt = (cell: Cell): boolean => cell === "recovers" || "says" in cell;
