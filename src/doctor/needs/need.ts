import type { Situation } from "./situation";

/** How it stands with something that a deployment needs. */
export interface Look {
  /** Not looked at is not fine. */
  state: "fine" | "missing" | "unseen";
  /** What was seen, or why nobody could look. Never a credential. */
  detail: string;
  /** How to correct it, where the need's own hint does not fit. */
  hint?: string;
  /** The exact command that mends it or shows more. */
  command?: string;
}

/** Something that a deployment needs before it begins. */
export interface Need {
  /** As a cause's: ZD5xx. */
  code: string;
  /** What is looked at, in a word or two. */
  subject: string;
  /** What is wrong where it is missing. */
  title: string;
  /** How to correct it. */
  hint: string;
  /** How it comes about, for `explain`. */
  why?: string;
  /** None where this stack does not need it. */
  look: (situation: Situation) => Look[];
}

/** A need as it is told. */
export interface NeedLine extends Look {
  code: string;
  subject: string;
  title: string;
}

export const fine = (detail: string): Look => ({ state: "fine", detail });
export const missing = (detail: string, more: Pick<Look, "hint" | "command"> = {}): Look => ({
  state: "missing",
  detail,
  ...more,
});
export const unseen = (why: string, more: Pick<Look, "hint" | "command"> = {}): Look => ({
  state: "unseen",
  detail: `not looked at: ${why}`,
  ...more,
});
