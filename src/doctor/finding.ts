import type { Snapshot } from "./snapshot";

/** What a cause was seen by, and what to do about it here. */
export interface Evidence {
  /** What it is about: `team-a/web-1 (app)`, an image. */
  subject: string;
  /** What was seen, in one line. Never a credential. */
  detail: string;
  /** The exact command that mends it or shows more; undefined where nothing exact can be said. */
  command?: string | undefined;
  /** How to correct it, where the cause's own hint does not fit. */
  hint?: string;
}

/** A cause of trouble that can be told from a snapshot. */
export interface Cause {
  /**
   * Stable: it never changes its meaning and is not given out again. ZD1xx: the registry itself and the way to it. ZD2xx:
   * credentials and rights. ZD3xx: images. ZD4xx: pushes. ZD5xx: what a deployment needs (needs/).
   */
  code: string;
  /** What is wrong. */
  title: string;
  /** How to correct it. */
  hint: string;
  /** How it comes about, for `explain`. */
  why?: string;
  /**
   * How near it is to the root: a lower one explains the higher ones that are seen beside it. 1: no way to the registry, 2: the
   * registry itself, 3: credentials, 4: the image asked for, 5: what runs is not what should.
   */
  depth: 1 | 2 | 3 | 4 | 5;
  find: (snapshot: Snapshot) => Evidence[];
}

/** A cause that was found. */
export interface Finding extends Evidence {
  code: string;
  title: string;
  hint: string;
  depth: number;
}
