import assert from "node:assert/strict";
import { namespaceClashes } from "../../src/config/pullSecrets";
import { haveLimits } from "./told";

const clash = (index: number, name: string, owner: string) => ({
  path: `zot-fleet:pullSecrets[${index}].namespace`,
  found: `"${name}", which stands at ${owner} too`,
  allowed: "each namespace once, and not the registry's own",
});

describe("the namespaces of pull secrets", () => {
  haveLimits([
    [
      "pullSecrets",
      (pullSecrets) => ({ pullSecrets }),
      [[], [{ namespace: "a" }]],
      ["a", { namespace: "a" }],
      "a list of objects, each with namespace, create and attach",
    ],
    [
      "pullSecrets[0].namespace",
      (namespace) => ({ pullSecrets: [{ namespace }] }),
      ["a"],
      ["A", "", undefined],
      "a namespace: lower-case letters, digits and dashes, at most 63",
    ],
  ]);

  const cases: [what: string, raw: Record<string, unknown>, problems: object[]][] = [
    ["may be several", { pullSecrets: [{ namespace: "a" }, { namespace: "b" }] }, []],
    [
      "are named once each",
      { pullSecrets: [{ namespace: "a" }, { namespace: "b" }, { namespace: "a" }] },
      [clash(2, "a", "zot-fleet:pullSecrets[0].namespace")],
    ],
    [
      "are not the registry's own",
      { registry: { namespace: "images" }, pullSecrets: [{ namespace: "images" }] },
      [clash(0, "images", "zot-fleet:registry.namespace")],
    ],
    [
      "are not the registry's own where that is not named either",
      { pullSecrets: [{ namespace: "zot" }] },
      [clash(0, "zot", "zot-fleet:registry.namespace")],
    ],
    [
      "are judged elsewhere where they are none",
      { registry: { namespace: 3 }, pullSecrets: [{ namespace: "A B" }, 7, { namespace: "a" }] },
      [],
    ],
    ["are judged elsewhere where they are no list", { pullSecrets: { namespace: "zot" } }, []],
  ];
  for (const [what, raw, problems] of cases)
    it(what, () => {
      assert.deepEqual(namespaceClashes(raw), problems);
    });
});
