interface State {
  type: string;
  inputs?: Record<string, unknown>;
  retainOnDelete?: boolean;
}

interface Step {
  op: string;
  urn: string;
  oldState?: State;
  newState?: State;
  detailedDiff?: unknown;
}

interface Written {
  config?: Record<string, unknown>;
  steps?: Step[];
  diagnostics?: { severity?: string; message?: string }[];
  changeSummary?: unknown;
}

/**
 * What a sample keeps of what `pulumi preview --json` wrote: operations, types, inputs, detailed diffs and errors. `names` are
 * replaced by others: those of the test's own namespaces and addresses by what they stand for.
 */
export function reducePreview(text: string, names: Readonly<Record<string, string>>): string {
  const { config, steps = [], diagnostics = [], changeSummary } = JSON.parse(text) as Written;
  const kept = steps.filter(({ op, urn }) => op !== "same" || urn.includes("pulumi:pulumi:Stack"));
  const reduced = {
    config: { "zot-fleet:cluster": config?.["zot-fleet:cluster"] },
    steps: kept.map(reduceStep),
    diagnostics: diagnostics
      .filter(({ severity }) => severity === "error")
      .map(({ severity, message }) => ({ message, severity })),
    changeSummary,
  };
  const whole = `${JSON.stringify(reduced, null, 2)}\n`;
  return Object.entries(names).reduce((all, [name, other]) => all.replaceAll(name, other), whole);
}

function reduceStep({ op, urn, oldState, newState, detailedDiff }: Step) {
  return {
    op,
    urn,
    ...(oldState === undefined ? {} : { oldState: reduceState(oldState) }),
    ...(newState === undefined ? {} : { newState: reduceState(newState) }),
    ...(detailedDiff == null ? {} : { detailedDiff }),
  };
}

function reduceState({ type, inputs, retainOnDelete }: State) {
  const kept = { type, ...(retainOnDelete === undefined ? {} : { retainOnDelete }) };
  if (inputs === undefined) return kept;
  const { __provider: _, ...rest } = inputs;
  return { ...kept, inputs: rest };
}
