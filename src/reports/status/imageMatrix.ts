import type { ImageCell, ImageRow } from "./fleetStatus";
import { seedOf } from "./pending";
import type { Place } from "./place";

/** What a registry has under `repository:tag`: a digest, nothing (null), or undefined where nobody could look. */
export type HeldTags = Readonly<Record<string, string | null | undefined>>;

/** A stack, and what its registry holds. */
export interface MatrixColumn {
  place: Place;
  held: HeldTags;
}

/** Every tag that a stack seeds, in all stacks that seed it. */
export function imageMatrix(columns: readonly MatrixColumn[]): ImageRow[] {
  const names = [...new Set(columns.flatMap(({ place }) => imagesOf(place)))].sort();
  return names.map((image) => {
    const cells = columns.flatMap((column) => {
      const cell = cellOf(column, image);
      return cell === undefined ? [] : [{ stack: column.place.stack, ...cell }];
    });
    return {
      image,
      skew: distinct(cells).size > 1,
      stacks: Object.fromEntries(cells.map(({ stack, cell }) => [stack, cell])),
    };
  });
}

/** The tags that a stack's registry should have: as `repository:tag`. */
export function imagesOf({ declared, deployed }: Place): string[] {
  const all = [...(deployed?.asked.images ?? []), ...(declared?.images ?? [])];
  return [
    ...new Set(all.flatMap(({ repository, tags }) => tags.map((tag) => `${repository}:${tag}`))),
  ];
}

interface IdentifiedCell {
  cell: ImageCell;
  /** What `cell.digest` was made of, where the state tells. */
  content?: string;
}

/** The images that cells hold: one that is compressed otherwise is the same. */
function distinct(cells: readonly IdentifiedCell[]): Set<string> {
  const contents = new Map(
    cells.flatMap(({ cell, content }) => (content === undefined ? [] : [[cell.digest, content]])),
  );
  return new Set(
    cells.flatMap(({ cell: { digest } }) =>
      digest === undefined ? [] : (contents.get(digest) ?? digest),
    ),
  );
}

function cellOf({ place, held }: MatrixColumn, image: string): IdentifiedCell | undefined {
  const colon = image.lastIndexOf(":");
  const [repository, tag] = [image.slice(0, colon), image.slice(colon + 1)];
  const { declared, deployed } = place;
  const wanted = declared === undefined ? undefined : seedOf(declared.images, repository, [tag]);
  const asked = deployed && seedOf(deployed.asked.images, repository, [tag]);
  if (asked === undefined)
    return wanted === undefined ? undefined : { cell: { state: "not deployed" } };
  const seed = deployed && seedOf(deployed.seeds, repository, [tag]);
  const digest = held[image];
  const seeded = asked.digest;
  const behind = wanted?.content !== undefined && wanted.content !== seed?.content;
  const more = {
    ...(seeded === undefined ? {} : { seeded }),
    ...(behind ? { behindLock: true as const } : {}),
  };
  if (digest === undefined) return { cell: { state: "unknown", ...more } };
  if (digest === null) return { cell: { state: "absent", ...more } };
  const same = seeded === undefined || digest === seeded;
  const content = digest === seeded ? seed?.content : undefined;
  return {
    cell: { state: same ? "held" : "moved", digest, ...more },
    ...(content === undefined ? {} : { content }),
  };
}
