import { createRequire } from "node:module";

// mocha reads its own configuration with js-yaml, so it is always there.
const mocha = createRequire(require.resolve("mocha"));
const { load } = mocha("js-yaml") as { load: (text: string) => unknown };

/** The value that a YAML text says. */
export function readYaml(text: string): unknown {
  return load(text);
}
