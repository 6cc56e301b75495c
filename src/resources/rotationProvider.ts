import { recordedGenerations, type RecordedGenerations } from "../zot/generations";
import { differ, type DynamicProvider } from "./provider";

/**
 * Keeps which generations of the machine accounts a deployment began with, or handed out, for whoever reads the state. It refuses
 * nothing: the program judges a rotation before anything is declared.
 */
export const rotationProvider: DynamicProvider<RecordedGenerations, RecordedGenerations> = {
  check: (_olds, inputs) => Promise.resolve({ inputs, failures: [] }),
  diff: (_id, olds, news) =>
    Promise.resolve({
      changes: differ(recordedGenerations(olds), recordedGenerations(news), ["current", "keep"]),
    }),
  create: (inputs) => Promise.resolve({ id: "rotation", outs: inputs }),
  read: (id, props) => Promise.resolve({ id, props }),
  update: (_id, _olds, news) => Promise.resolve({ outs: news }),
  delete: () => Promise.resolve(),
};
