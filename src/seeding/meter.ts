import { bytesMoved } from "../system/processes";

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

/** How often it is looked how far a copy has come. */
const countMs = 250;

/**
 * Tells how far a copy has come by what skopeo, the process `pid`, has read, which is what it sends, or compresses: it says nothing of that itself
 * where nobody looks at its terminal. What it reads besides is some hundred kilobytes.
 */
export function countRead(
  pid: number | undefined,
  transfer: Transfer | undefined,
): { end: () => void } {
  if (transfer === undefined) return { end: () => undefined };
  const timer = setInterval(() => {
    const bytes = bytesMoved(pid);
    if (bytes !== undefined) transfer.moved(bytes.read);
  }, countMs).unref();
  return {
    end: () => {
      clearInterval(timer);
      transfer.end();
    },
  };
}
