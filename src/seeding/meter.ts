/** Hears how far one thing has come whose bytes move. */
export interface Transfer {
  /** Bytes so far: about so many where they are counted from outside. */
  moved: (bytes: number) => void;
  end: () => void;
}

/** Where somebody wants to know how far bytes have come. `total`: bytes in all, where that is known. */
export type Meter = (what: string, total?: number) => Transfer;

/** The same of one thing, whose name the caller knows: `doing` is `pushing`, or `compressing` before it. */
export type Measured = (doing: string, total?: number) => Transfer;
