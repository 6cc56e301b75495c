import assert from "node:assert/strict";
import { z } from "zod";
import { allowedText } from "../../src/config/rules";
import { allowed, found, listed, nearest, pathText } from "../../src/config/words";

/** What is given, and what a person reads. */
function table<Given>(
  what: string,
  say: (given: Given) => unknown,
  rows: [Given, unknown][],
): void {
  for (const [given, said] of rows)
    it(`${what} ${typeof said === "string" ? said : String(said)}`, () => {
      assert.equal(say(given), said);
    });
}

const letters = Array.from("abcdefghijklmn");
const eighty = "x".repeat(80);

describe("the words of errors", () => {
  table<unknown>("show", found, [
    [undefined, "nothing"],
    [null, "null"],
    ["", '""'],
    ['a "b"\n', String.raw`"a \"b\"\n"`],
    [eighty, `"${eighty}"`],
    [`${eighty}y`, `"${eighty}…"`],
    ["see https://ana:hunter2@a.test and redis://b@c", '"see https://…@c"'],
    ["https://ana:hun/ter 2@a.test/b", '"https://…@a.test/b"'],
    ["https://a.test/b@c", '"https://…@c"'],
    [`https://${"p".repeat(90)}@a.test`, '"https://…@a.test"'],
    [1.5, "the number 1.5"],
    [true, "true"],
    [[], "an empty list"],
    [[1, 2], "a list of 2"],
    [{}, "an empty object"],
    [{ a: 1, b: 2, c: 3 }, "an object with a, b and c"],
  ]);

  table<z.ZodType>("allow", allowed, [
    [z.string(), "a text"],
    [z.string().min(1), "a text that is not empty"],
    [z.string().min(2), "a text"],
    [z.string().register(allowedText, { allowed: "a name" }), "a name"],
    [z.string().register(allowedText, { allowed: "a word" }).optional(), "a word"],
    [z.boolean().default(true), "true or false"],
    [z.int().min(1).max(9), "a whole number from 1 to 9"],
    [z.enum(["a", "b"]), '"a" or "b"'],
    [z.literal(["a", 1]), '"a" or 1'],
    [z.array(z.boolean()), "a list, each item true or false"],
    [z.record(z.string(), z.boolean()), "an object, each value true or false"],
    [z.strictObject({ a: z.string(), b: z.string() }), "an object with a and b"],
  ]);

  table<string[]>("list", listed, [
    [[], ""],
    [["a"], "a"],
    [["a", "b"], "a and b"],
    [["a", "b", "c"], "a, b and c"],
    [letters.slice(0, 12), "a, b, c, d, e, f, g, h, i, j, k and l"],
    [letters.slice(0, 13), "a, b, c, d, e, f, g, h, i, j, k and 2 more"],
    [letters, "a, b, c, d, e, f, g, h, i, j, k and 3 more"],
  ]);

  table<PropertyKey[]>("lead to", pathText, [
    [[], "zot-fleet:"],
    [["cluster"], "zot-fleet:cluster"],
    [["seeds", 0, "tags", 12], "zot-fleet:seeds[0].tags[12]"],
    [["a", "_b1", "c-d"], 'zot-fleet:a._b1["c-d"]'],
    [["a", "1b", "ä"], 'zot-fleet:a["1b"]["ä"]'],
    [["a", "b c", ""], 'zot-fleet:a["b c"][""]'],
  ]);

  const known = ["gateways", "adminPassword", "name"];
  table<string>("mean by a word that is near", (word) => nearest(word, known), [
    ["gateways", "gateways"],
    ["gatways", "gateways"],
    ["agteways", "gateways"],
    ["admin_password", "adminPassword"],
    ["Admin-Password", "adminPassword"],
    ["admin password", "adminPassword"],
    ["eman", "name"],
    ["nam", "name"],
    ["label", undefined],
    ["getaway", "gateways"],
    ["game", "name"],
    ["gems", undefined],
  ]);

  it("mean nothing where nothing is known", () => {
    assert.equal(nearest("a", []), undefined);
  });
});
