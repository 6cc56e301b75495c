import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fc from "fast-check";
import type { CheckResult } from "../../src/checks/check";
import { resultFormats } from "../../src/checks/resultFormats";
import { findTool } from "../../src/system/tools";
import { skipBecause } from "../support/skip";
import { awkward } from "./results";

const { json, junit, markdown, table } = resultFormats;
const report = { target: "https://oci.example", results: awkward };

const arbitraryResults = fc.array(
  fc.record(
    {
      code: fc.constantFrom("ZF101", "ZF205"),
      title: fc.string({ unit: "binary" }),
      status: fc.constantFrom("passed", "warning", "failed", "skipped" as const),
      subject: fc.string({ unit: "binary" }),
      detail: fc.string({ unit: "binary" }),
      hint: fc.string({ unit: "binary" }),
    },
    { requiredKeys: ["code", "title", "status", "detail", "hint"] },
  ),
  { maxLength: 5 },
);

describe("reports", () => {
  it("table: a line each with symbol and word, hints under what needs them, a closing line", () => {
    assert.equal(
      table(report),
      `https://oci.example

√ passed   ZF101  the registry answers                     200
‼ warning  ZF105  its certificate lasts                    9 days left
           → Renew it.
× failed   ZF303  every seeded tag holds the seeded image  team/app:a|b: it said "<b>&[31m no\`; and \uD800 more]]>
           → Somebody's | hand <moved> it.
- skipped  ZF205  every account may do what its role says  ada: only its hash is known

1 passed, 1 warning, 1 failed, 1 skipped
`,
    );
  });

  describe("table, of several things", () => {
    const base = { code: "ZF203", title: "every account is accepted", hint: "Look." };
    const of = (subject: string, status: CheckResult["status"] = "passed"): CheckResult => ({
      ...base,
      subject,
      status,
      detail: "200",
    });
    const idle = (code: string): CheckResult => ({
      ...base,
      code,
      title: "nothing",
      status: "skipped",
      detail: "none was declared",
      nothingDeclared: true,
    });

    it("has a line for a check that holds, with how many and which", () => {
      const results = [of("ada"), of("ben"), of("ci-1")];
      assert.match(
        table({ target: "x", results }),
        /^√ passed {3}ZF203 {2}every account is accepted {2}3: ada, ben, ci-1\n\n3 passed/m,
      );
    });

    it("says which is the worst, where something runs out", () => {
      const results = [
        of("ada"),
        { ...of("ben"), left: 9 },
        { ...of("cleo"), detail: "4 days", left: 4 },
      ];
      assert.match(table({ target: "x", results }), /^√ passed .* 3, the worst: cleo: 4 days$/m);
    });

    it("ends a long list with how many more there are", () => {
      const results = Array.from({ length: 40 }, (_, at) => of(`account-${at}`));
      const [line = ""] = /^√.*$/m.exec(table({ target: "x", results })) ?? [];
      assert.match(line, /40: account-0, .*, account-(\d) and \d+ more$/);
      const [, last, more] = /account-(\d) and (\d+) more$/.exec(line) ?? [];
      assert.equal(Number(last) + 1 + Number(more), 40);
    });

    it("tells each thing that does not hold, beside the number of those that do", () => {
      const text = table({ target: "x", results: [of("ada"), of("ben", "failed"), of("cleo")] });
      assert.match(text, /^√ passed .* 2: ada, cleo$/m);
      assert.match(text, /^× failed .* ben: 200\n {11}→ Look\.$/m);
    });

    it("has one line for what nobody declared, and one for each that a person could change", () => {
      const results = [idle("ZF601"), of("ada", "skipped"), idle("ZF602")];
      const text = table({ target: "x", results });
      assert.match(text, /^- skipped {2}ZF601 ZF602: nothing for them is declared$/m);
      assert.match(text, /^- skipped {2}ZF203 .* ada: 200$/m);
      assert.match(text, /0 passed, 0 failed, 3 skipped/);
    });

    it("whole, has a line for every result", () => {
      const results = [of("ada"), of("ben"), idle("ZF601")];
      const text = table({ target: "x", results }, { verbose: true });
      assert.match(text, / ada: 200\n.* ben: 200\n.*none was declared\n/);
    });
  });

  it("table: colours only when asked for, around symbol and word", () => {
    assert.doesNotMatch(table(report), /\u001B/);
    assert.match(table(report, { color: true }), /\u001B\[31m× failed \u001B\[39m {2}ZF303/);
  });

  it("json: one document, hints where something is to be done", () => {
    const read = JSON.parse(json(report)) as { counts: object; results: Partial<CheckResult>[] };
    assert.deepEqual(read.counts, { passed: 1, warning: 1, failed: 1, skipped: 1 });
    assert.deepEqual(
      read.results.map(({ hint }) => hint),
      [undefined, "Renew it.", "Somebody's | hand <moved> it.", undefined],
    );
  });

  it("markdown: cells stay cells", () => {
    fc.assert(
      fc.property(arbitraryResults, (results) => {
        const rows = markdown({ target: "x", results })
          .split("\n")
          .filter((line) => line.startsWith("| ") && !line.startsWith("| Result"));
        assert.equal(rows.length, results.length + 1);
        for (const row of rows) assert.equal(row.match(/(?<!\\)(?:\\\\)*\|/g)?.length, 6, row);
      }),
    );
    assert.match(markdown(report), /\| \*\*failed\*\* \| ZF303 \| .* \| team\/app:a\\\|b \| /);
    assert.match(markdown(report), /^- ZF303: Somebody's \\\| hand &lt;moved&gt; it\.$/m);
  });

  it("junit: a case each, counted", () => {
    const text = junit(report);
    assert.match(
      text,
      /<testsuite name="https:\/\/oci\.example" tests="4" failures="1" errors="0" skipped="1">/,
    );
    assert.match(text, /<skipped message="only its hash is known"\/>/);
    assert.match(
      text,
      /<failure message="it said &quot;&lt;b&gt;&amp;\uFFFD\[31m no`\uFFFD&#10;and \uFFFD more\]\]&gt;"/,
    );
  });

  it("junit: never a character that XML has no way to write, nor markup from a text", () => {
    fc.assert(
      fc.property(arbitraryResults, (results) => {
        const text = junit({ target: "x", results });
        assert.doesNotMatch(text, /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u);
        const tags = text.match(
          /<\/?(?:testsuites?|testcase|failure|skipped|system-out)\b[^<>]*>/g,
        );
        assert.equal((text.match(/</g)?.length ?? 0) - 1, tags?.length);
      }),
    );
  });

  it("junit: XML by a parser that is not ours", function () {
    if (findTool("python3") === undefined) skipBecause("python3 is not on PATH", this);
    const script =
      "import sys, xml.etree.ElementTree as E; print(len(E.fromstring(sys.stdin.buffer.read()).findall('.//testcase')))";
    const count = execFileSync("python3", ["-c", script], { input: junit(report) });
    assert.equal(count.toString().trim(), "4");
  });
});
