import assert from "node:assert/strict";
import { commands } from "../../src/cli/commands";
import { todaysArguments } from "../../src/cli/todaysArguments";
import { oldFlags, untilVersion } from "../../src/config/oldWords";

/** A command line, the same in today's words, and the warnings: what is written, and what to write. */
const cases: [old: string, now: string, warnings: [string, string][]][] = [
  ["verify --url x --role pusher", "verify --url x --role ci", [["--role pusher", "--role ci"]]],
  ["verify --role=reader", "verify --role puller", [["--role=reader", "--role puller"]]],
  ["verify --role scraper", "verify --role metrics", [["--role scraper", "--role metrics"]]],
  ["verify -s x --wait 60", "verify -s x --wait 60s", [["--wait 60", "--wait 60s"]]],
  ["verify --wait 0.5", "verify --wait 500ms", [["--wait 0.5", "--wait 500ms"]]],
  ["status --timeout 6", "status --timeout 6s", [["--timeout 6", "--timeout 6s"]]],
  [
    "status ottawa -o json lisbon",
    "status --stack ottawa -o json --stack lisbon",
    [
      ["ottawa", "--stack ottawa"],
      ["lisbon", "--stack lisbon"],
    ],
  ],
  ["lock one --check", "lock --stack one --check", [["one", "--stack one"]]],
  [
    "lock --keep-missing --check",
    "lock --check",
    [["--keep-missing", "nothing: it is what is done"]],
  ],
  ["mirrors --format k3s", "mirrors --output k3s", [["--format k3s", "--output k3s"]]],
  ["mirrors -fk3s", "mirrors --output k3s", [["-fk3s", "--output k3s"]]],
  ["mirrors -s x --out nodes", "mirrors -s x --into nodes", [["--out nodes", "--into nodes"]]],
  ["local --once --json", "local --once --output json", [["--json", "--output json"]]],
];

const today = [
  "verify --stack ottawa --only ZF303 --wait 60s --role ci --verbose",
  // What follows a flag is its value, whatever it looks like.
  "status --folder ottawa --html fleet.html -s lisbon --timeout 30s",
  "lock --check --report lock.md",
  "mirrors -o talos --stack accra --fallback none",
  "doctor oci.test/team/app:v1 --context lima",
  "inspect ci --username pusher --password-stdin",
  "--help",
  "",
];

describe("the arguments of commands", () => {
  function read(line: string) {
    const warnings: string[] = [];
    const words = line === "" ? [] : line.split(" ");
    const now = todaysArguments(commands(), words, (each) => warnings.push(each));
    return { now: now.join(" "), warnings };
  }

  for (const [old, now, told] of cases)
    it(`${old} is ${now}`, () => {
      const [name = ""] = old.split(" ");
      assert.deepEqual(read(old), {
        now,
        warnings: told.map(
          ([stands, line]) =>
            `${name} ${stands} is the old way to say it, which ends with zot-fleet ${untilVersion}. Write ${line}`,
        ),
      });
    });

  for (const line of today)
    it(`${JSON.stringify(line)} stays as it is`, () => {
      assert.deepEqual(read(line), { now: line, warnings: [] });
    });

  it("know no old flag any more, and each old one is tried here", () => {
    for (const { command: name, names } of oldFlags) {
      const command = commands().find((each) => each.name() === name);
      assert.ok(command, name);
      const tried = cases.filter(([line]) => line.startsWith(`${name} `));
      assert.ok(
        tried.some(([, , told]) =>
          told.some(([stands]) =>
            names.length === 0
              ? !stands.startsWith("-")
              : names.some((flag) => stands.startsWith(flag)),
          ),
        ),
        `${name} ${names.join()}`,
      );
      if (names.length === 0) assert.deepEqual(command.registeredArguments, []);
    }
  });
});
