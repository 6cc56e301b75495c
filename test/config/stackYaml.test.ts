import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import fc from "fast-check";
import { readStackFile } from "../../src/config/stackFile";
import { stackSchema } from "../../src/config/stack";
import { parseStackYaml } from "../../src/config/stackYaml";
import { UserError } from "../../src/system/userError";
import { useScratch } from "../images/scratch";

const secret = "c4n4ry0fAPassw0rd";

/** What somebody writes who forgets quotes, or a part of them. */
const inPlainText = [
  `"${secret}"${secret}`,
  `"${secret}`,
  `*${secret}`,
  `&${secret} &${secret}`,
  `|${secret}`,
  `@${secret}`,
  `!<${secret}`,
  `{${secret}`,
  `"\\q${secret}"`,
  `%${secret}\n---\n`,
  `? [${secret}]: x: y`,
];

describe("a stack file that is no YAML", () => {
  const scratch = useScratch();

  for (const value of inPlainText)
    it(`is told by its place, and nothing of it is shown: ${JSON.stringify(value.replaceAll(secret, "…"))}`, () => {
      const text = `config:\n  zot-fleet:adminPassword: ${value}\n`;
      const { problems } = parseStackYaml(text);
      for (const problem of problems)
        assert.match(problem, /^no YAML(?: at line \d+, column \d+)?: /);
      assert.ok(!JSON.stringify(problems).includes(secret), problems.join());
      assert.ok(problems.length > 0 || value.startsWith("%"), "it was taken for YAML");
    });

  const read: [text: string, config: object, problems: string[]][] = [
    ["config:\n  a: 1\n  b: [x]\n", { a: 1, b: ["x"] }, []],
    ["config:\n", {}, []],
    ["encryptionsalt: v1\n", {}, []],
    ["", {}, []],
    ["config:\n  a: 1\n  a: 2\n", {}, ["no YAML at line 3, column 3: duplicate key"]],
    ["config:\n  a: *b\n", {}, ["no YAML: an alias (*) that cannot be read"]],
    [
      'config:\n  a: "b"c\n  d: "e"f\n',
      {},
      [
        "no YAML at line 2, column 9: unexpected token",
        "no YAML at line 3, column 9: unexpected token",
      ],
    ],
  ];
  for (const [text, config, problems] of read)
    it(`${JSON.stringify(text)} is ${problems.length === 0 ? "read" : "told"} as a whole`, () => {
      assert.deepEqual(parseStackYaml(text), { config, problems });
    });

  it("is read without a warning of the parser, which would show what stands there", () => {
    const emitWarning = process.emitWarning.bind(process);
    const warned: string[] = [];
    process.emitWarning = (warning: string | Error) => void warned.push(String(warning));
    try {
      parseStackYaml(`config:\n  ? [${secret}]\n  : x\n`);
    } finally {
      process.emitWarning = emitWarning;
    }
    assert.deepEqual(warned, []);
  });

  it("names the file", () => {
    const project = scratch("project");
    mkdirSync(`${project}/stacks`, { recursive: true });
    writeFileSync(`${project}/stacks/Pulumi.x.yaml`, `config:\n  a: "${secret}"${secret}\n`);
    assert.throws(() => readStackFile(project, "x", stackSchema.pick({ cluster: true })), {
      name: "UserError",
      message: `${project}/stacks/Pulumi.x.yaml: no YAML at line 2, column ${8 + secret.length}: unexpected token`,
    });
  });

  it("is anything else: a stack, or an error by path or place, and never another", () => {
    const project = scratch("any");
    mkdirSync(`${project}/stacks`, { recursive: true });
    const pieces = [
      "config:",
      "\n  ",
      "zot-fleet:cluster: ",
      "zot-fleet:seeds:",
      "{ name: a",
      "}",
      "- ",
      "[",
      "]",
    ];
    const more = [
      '"',
      "'",
      "*a",
      "&a ",
      "!!",
      "|",
      ">",
      "%",
      "? ",
      "<<: ",
      "\t",
      "---\n",
      "null",
      "1.1",
      "\u0000",
    ];
    const texts = fc.oneof(
      fc.string({ unit: "binary" }),
      fc
        .array(fc.oneof(fc.constantFrom(...pieces, ...more), fc.string({ maxLength: 4 })))
        .map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(texts, fc.boolean(), (text, begun) => {
        writeFileSync(
          `${project}/stacks/Pulumi.x.yaml`,
          begun ? `config:\n  zot-fleet:cluster: ${text}` : text,
        );
        try {
          readStackFile(project, "x", stackSchema);
        } catch (error) {
          assert.ok(error instanceof UserError, String(error));
          assert.match(error.message, /Pulumi\.x\.yaml: no YAML|\n {2}zot-fleet:/);
        }
      }),
    );
  });
});
