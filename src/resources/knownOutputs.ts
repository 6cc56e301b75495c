import type { DynamicProvider } from "./provider";

/**
 * A provider whose outputs `keys` are always there, as null where it gives none. In a preview the SDK takes an output that the
 * state lacks for unknown, and whatever is made of it would be a change in every preview.
 */
export function knownOutputs<Inputs, Outputs extends Inputs & object>(
  provider: DynamicProvider<Inputs, Outputs>,
  keys: readonly (keyof Outputs)[],
): DynamicProvider<Inputs, Outputs> {
  const filled = (outs: Outputs): Outputs => {
    const absent = keys.filter((key) => outs[key] === undefined).map((key) => [key, null]);
    return { ...outs, ...(Object.fromEntries(absent) as object) };
  };
  const plain = (outs: Outputs): Outputs =>
    Object.fromEntries(
      Object.entries(outs).filter(
        ([key, value]) => value !== null || !(keys as readonly string[]).includes(key),
      ),
    ) as Outputs;
  return {
    check: provider.check,
    diff: (id, olds, news) => provider.diff(id, plain(olds), news),
    create: async (inputs) => {
      const { id, outs } = await provider.create(inputs);
      return { id, outs: filled(outs) };
    },
    read: async (id, props) => {
      const found = await provider.read(id, plain(props));
      return { ...found, props: filled(found.props) };
    },
    update: async (id, olds, news) => ({
      outs: filled((await provider.update(id, plain(olds), news)).outs),
    }),
    delete: (id, props) => provider.delete(id, plain(props)),
  };
}

/** What `knownOutputs` wrote, read: undefined for null. */
export const orUndefined = <T>(value: T | null | undefined): T | undefined => value ?? undefined;
