import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { readStackFile, stacksWithFiles } from "../../src/config/stackFile";
import { UserError } from "../../src/system/userError";
import { useScratch } from "../images/scratch";

describe("the stack files of a project", () => {
  const scratch = useScratch();
  let count = 0;

  /** A project with these files in stacks/. */
  const project = (files: Record<string, string>): string => {
    const folder = scratch(`project-${(count += 1)}`);
    mkdirSync(join(folder, "stacks"), { recursive: true });
    for (const [name, text] of Object.entries(files))
      writeFileSync(join(folder, "stacks", name), text);
    return folder;
  };
  const asked = z.object({
    cluster: z.strictObject({ name: z.string() }),
    rotation: z.number().default(1),
  });
  const read = (config: string) =>
    readStackFile(project({ "Pulumi.ottawa.yaml": config }), "ottawa", asked);

  it("are those whose name Pulumi knows, in order", () => {
    const folder = project({
      "Pulumi.ottawa.yaml": "",
      "Pulumi.accra.yml": "",
      "Pulumi.ottawa.yaml.bak": "",
      "old-Pulumi.lisbon.yaml": "",
      "Pulumi..yaml": "",
      "Pulumi.yaml": "",
      "schema.json": "",
    });
    assert.deepEqual(stacksWithFiles(folder), ["accra", "ottawa"]);
  });

  it("say what was asked for, with defaults; what is not asked for may still be wrong", () => {
    const text = `config:
  zot-fleet:cluster: { name: ottawa }
  zot-fleet:seeds: still in the making
  kubernetes:context: another
`;
    assert.deepEqual(read(text), { cluster: { name: "ottawa" }, rotation: 1 });
  });

  it("may hold an object as the text that pulumi config set writes", () => {
    const text = `config:\n  zot-fleet:cluster: '{"name": "ottawa"}'\n  zot-fleet:rotation: "3"\n`;
    assert.deepEqual(read(text), { cluster: { name: "ottawa" }, rotation: 3 });
  });

  it("leave a key out by saying nothing after it", () => {
    assert.throws(() => read("config:\n  zot-fleet:cluster:\n"), /zot-fleet:cluster/);
  });

  const wrong: [what: string, text: string, words: RegExp][] = [
    [
      "say what cannot be",
      "config:\n  zot-fleet:cluster: { name: 3 }\n",
      /zot-fleet:cluster\.name\n {4}found: {4}the number 3/,
    ],
    ["are no YAML", "config: [\n", /\/stacks\/Pulumi\.ottawa\.yaml: /],
  ];
  for (const [what, text, words] of wrong)
    it(`are refused in words where they ${what}`, () => {
      assert.throws(() => read(text), { name: UserError.name, message: words });
    });

  it("are refused in words where one is not there", () => {
    const folder = project({});
    assert.throws(() => readStackFile(folder, "ottawa", asked), {
      name: UserError.name,
      message: `there is no stack file ${folder}/stacks/Pulumi.ottawa.yaml`,
    });
  });

  it("obey rules between their values", () => {
    const folder = project({
      "Pulumi.ottawa.yaml": "config:\n  zot-fleet:cluster: { name: ottawa }\n",
    });
    const problem = { path: "zot-fleet:cluster", found: "that one", allowed: "another" };
    assert.throws(
      () => readStackFile(folder, "ottawa", asked, () => [problem]),
      /found: {4}that one\n {4}allowed: {2}another/,
    );
  });
});
