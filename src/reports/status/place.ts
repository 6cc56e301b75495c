import type { Verified } from "../../checks/runVerification";
import type { StateFacts } from "./stateFacts";

/** What a stack file and the lock say of a registry. */
export interface Declared {
  /** Where clients reach it: `https://oci.killinit.cc`. */
  registry: string;
  /** Of Zot. */
  version: string;
  rotation: number;
  /** The claim's size; absent over a bucket. */
  storage?: string;
  images: {
    repository: string;
    tags: readonly string[];
    /** By the lock; see `contentOf`. Absent where the lock does not know it. */
    content?: string;
  }[];
}

/** What the last deployment left in the state. */
export interface Deployed extends StateFacts {
  /** What its verification compared with; holds passwords. */
  asked: Verified;
}

/** A stack and all that is known of it before its registry is looked at. */
export interface Place {
  stack: string;
  /** Absent where it has no file, or a wrong one. */
  declared?: Declared;
  /** Absent where it was never deployed or where its state could not be read; then `unknown` says why. */
  deployed?: Deployed;
  unknown?: string;
  /** What is wrong with its file, a line each. */
  problems: string[];
}
