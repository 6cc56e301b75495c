/** A kept layout, as its folder's files tell. */
export interface KeptLayout {
  name: string;
  /** When it was pushed from last, in ms since 1970. */
  used: number;
  /** Whether a push reads it now. */
  busy: boolean;
  /** Its files: inode and bytes. Layouts share the layers that their images share. */
  files: ReadonlyMap<number, number>;
}

/** How long a layout stays that nobody pushes from: 30 days, in ms. */
export const keptFor = 30 * 24 * 3_600_000;

/** What all layouts may take of the disk: 10 GiB, in bytes. */
export const keptBytes = 10 * 2 ** 30;

/** The names of the layouts that go: unused for too long, and the least recently used ones while all take too much. Never a busy one. */
export function lapsed(
  layouts: readonly KeptLayout[],
  now: number,
  limits = { keptFor, keptBytes },
): string[] {
  const gone: string[] = [];
  let kept = layouts.toSorted((a, b) => a.used - b.used);
  for (const layout of kept.filter(({ busy }) => !busy)) {
    const tooOld = now - layout.used > limits.keptFor;
    if (!tooOld && bytesOf(kept) <= limits.keptBytes) break;
    gone.push(layout.name);
    kept = kept.filter((each) => each !== layout);
  }
  return gone;
}

function bytesOf(layouts: readonly KeptLayout[]): number {
  const files = new Map(layouts.flatMap(({ files }) => [...files]));
  return [...files.values()].reduce((sum, bytes) => sum + bytes, 0);
}
