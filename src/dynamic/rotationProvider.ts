import { differ, type DynamicProvider } from "./provider";

export interface RotationInputs {
  /** The newest generation of the machine accounts. */
  rotation: number;
  /** Whether the generation before it still works. */
  keepPrevious: boolean;
}

/** Remembers the generation, so that it can only be kept or go one up: clients hold the one before. */
export const rotationProvider: DynamicProvider<RotationInputs, RotationInputs> = {
  check: (olds, news) => {
    const reason = refusal(olds, news);
    return Promise.resolve({
      inputs: news,
      failures: reason === undefined ? [] : [{ property: "rotation", reason }],
    });
  },
  diff: (_id, olds, news) =>
    Promise.resolve({ changes: differ<RotationInputs>(olds, news, ["rotation", "keepPrevious"]) }),
  create: (inputs) => Promise.resolve({ id: "rotation", outs: inputs }),
  read: (id, props) => Promise.resolve({ id, props }),
  update: (_id, _olds, news) => Promise.resolve({ outs: news }),
  delete: () => Promise.resolve(),
};

function refusal(
  { rotation: before }: Partial<RotationInputs>,
  { rotation, keepPrevious }: RotationInputs,
): string | undefined {
  if (before === undefined || before === rotation) return undefined;
  if (rotation < before)
    return `zot-fleet:rotation goes back from ${before} to ${rotation}: those accounts are gone. Set it to ${before}, or to ${before + 1} to rotate.`;
  if (rotation > before + 1)
    return `zot-fleet:rotation jumps from ${before} to ${rotation}: clients hold ${before}, which would stop to work. Set it to ${before + 1}, deploy, then go on.`;
  return keepPrevious
    ? undefined
    : `zot-fleet:rotation goes to ${rotation} and keepPrevious is false: clients hold ${before} until the end of the deployment. Rotate first, and set keepPrevious: false in a later change.`;
}
