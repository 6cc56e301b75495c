import assert from "node:assert/strict";
import fc from "fast-check";
import { parseChallenges } from "../../src/registry/challenge";
import { runsOf } from "../support/random";

describe("parseChallenges", () => {
  const examples: [string, string | string[], unknown][] = [
    ["Basic", 'Basic realm="a realm"', [["basic", { realm: "a realm" }]]],
    [
      "Bearer with commas in quotes",
      'Bearer realm="https://auth.example/token",service="registry",scope="repository:a/b:pull,push"',
      [
        [
          "bearer",
          {
            realm: "https://auth.example/token",
            service: "registry",
            scope: "repository:a/b:pull,push",
          },
        ],
      ],
    ],
    [
      "two in one header",
      'Basic realm="x", Bearer realm="y" , service=z',
      [
        ["basic", { realm: "x" }],
        ["bearer", { realm: "y", service: "z" }],
      ],
    ],
    [
      "two headers",
      ['Basic realm="x"', 'BEARER REALM="y"'],
      [
        ["basic", { realm: "x" }],
        ["bearer", { realm: "y" }],
      ],
    ],
    [
      "an opaque word",
      'Negotiate YIIabc==, Basic realm="x"',
      [
        ["negotiate", {}],
        ["basic", { realm: "x" }],
      ],
    ],
    [
      "a name alone",
      "Negotiate, Basic",
      [
        ["negotiate", {}],
        ["basic", {}],
      ],
    ],
    ["escaped quotes", 'Basic realm="a \\"b\\" \\\\c"', [["basic", { realm: 'a "b" \\c' }]]],
    ["spaces around =", 'Basic realm = "x"', [["basic", { realm: "x" }]]],
    ["the first of two", 'Basic realm="x", realm="y"', [["basic", { realm: "x" }]]],
    ["an unclosed quote", 'Bearer service=z, realm="x', [["bearer", { service: "z" }]]],
    ["nothing", "", []],
    ["parameters of nobody", 'realm="x"', []],
  ];
  for (const [name, header, expected] of examples) {
    it(`reads ${name}`, () => {
      const read = parseChallenges(header).map(({ scheme, parameters }) => [scheme, parameters]);
      assert.deepEqual(read, expected);
    });
  }

  it("ends on any text", () => {
    const unit = fc.constantFrom(...Array.from('ab=",\\ \t;/'), "Basic ", "Bearer realm=");
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 200 }), (header) => {
        parseChallenges(header);
      }),
      { numRuns: runsOf(1000) },
    );
    assert.deepEqual(parseChallenges("a,".repeat(100_000)), []);
  });
});
