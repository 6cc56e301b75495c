import { Command, InvalidArgumentError, Option } from "commander";
import type { CheckResult } from "../checks/check";
import { countResults } from "../checks/outcomes";
import { registryChecks } from "../checks/allChecks";
import { roles } from "../zot/roles";
import { resultFormats } from "../checks/resultFormats";
import { CliError, exitCodes, type ExitCode } from "./failure";
import { withRegistryFlags } from "./registryFlags";
import { print, tells, withOutputFlags } from "./output";
import { compareList, writeList } from "./registryList";
import { showDoing } from "./terminal";
import { timeFlag } from "./timeFlag";
import { targetOf, type VerifyFlags } from "./verifyFlags";

/** `verify`: the checks that every deployment runs, by hand. */
export function verifyCommand(): Command {
  const command = new Command("verify").description(
    "Runs the checks of a deployment by hand; changes nothing. Exit codes: 0 fine, 1 a check failed, 2 a wrong call or bad input, 3 the registry was not reached, or nothing could be looked at.",
  );
  return withOutputFlags(withRegistryFlags(command), resultFormats)
    .option("--only <codes>", "run these checks alone, such as ZF301,ZF303", codes)
    .option("--verbose", "a line for every result, also of what holds or is not declared", false)
    .addOption(
      new Option("--wait <time>", "look again for so long at what may pass by itself: 60s, 10m")
        .argParser(timeFlag("0s", "1h"))
        .default(0, "0s"),
    )
    .addOption(
      new Option("--role <role>", "with --username: what the account should be allowed")
        .choices(roles)
        .default("admin"),
    )
    .option(
      "--image <repository:tag[@digest]>",
      "with --url: an image that should be there; may be repeated",
      (value: string, all: string[]) => [...all, value],
      [],
    )
    .option("--write-list <file>", "check nothing; write what it holds: tags, digests, referrers")
    .option("--compare <file>", "compare with such a list instead, and read every blob")
    .addHelpText(
      "after",
      `
Examples:
  verify --stack ottawa                                    all that the last deployment promised
  verify --stack ottawa --only ZF303,ZF505 --wait 60s      two of its checks, with patience
  verify --local -o junit > registry.xml                   for a CI server
  verify --stack ottawa --report registry-check.md         the table here, Markdown in the file
  verify --stack ottawa --report ottawa.prom               for Prometheus' textfile collector
  verify --url https://oci.killinit.cc --username ci-3 --password-stdin --role ci \\
    --image openclaw/openclaw:latest < password            any registry, and what should be there
  verify --stack ottawa --write-list ottawa.json           what is there now, beside a backup
  verify --url http://127.0.0.1:5999 --compare ottawa.json whether all of it is there, and nothing else

"explain ZF303" tells more about a check.`,
    )
    .action(async (flags: VerifyFlags) => {
      process.exitCode = await verify(flags);
    });
}

async function verify(flags: VerifyFlags): Promise<ExitCode> {
  if (flags.writeList !== undefined) return writeList(flags.writeList, flags);
  if (flags.compare !== undefined) return compareList(flags.compare, flags);
  showDoing("finding out what was deployed");
  const target = await targetOf(flags);
  const only = flags.only && new Set(flags.only);
  if (only !== undefined && tells(flags, "prometheus"))
    throw new CliError("Prometheus is told of whole verifications: leave out --only");
  const begun = Date.now();
  const results = await target.run({
    patienceMs: flags.wait,
    onCheck: ({ code, title }, { number, of, look }) => {
      const again = look === 1 ? "" : `; does not hold yet, look ${look}`;
      showDoing(`${code} ${title} (${number} of ${of})${again}`);
    },
    ...(only === undefined ? {} : { only }),
  });
  const unknown = [...(only ?? [])].filter((code) => !results.some((each) => each.code === code));
  if (unknown.length > 0) {
    const known = registryChecks.map(({ code }) => code).join(", ");
    throw new CliError(`there is no check ${unknown.join(", ")} here; there are ${known}`);
  }
  // Who names checks wants to hear of each.
  const verbose = flags.verbose === true || only !== undefined;
  const endedAt = Date.now();
  const run = { ...target.facts, endedAt, seconds: (endedAt - begun) / 1000 };
  print({ target: target.name, results, run }, resultFormats, { ...flags, verbose });
  return exitCode(results);
}

/** A registry that was not reached, and a run in which nothing was looked at, prove nothing either way. */
function exitCode(results: readonly CheckResult[]): ExitCode {
  const { passed, warning, failed } = countResults(results);
  const [gate] = registryChecks;
  const unreached = results.some(({ code, status }) => code === gate?.code && status === "failed");
  if (unreached || passed + warning + failed === 0) return exitCodes.notReached;
  return failed > 0 ? exitCodes.problems : exitCodes.fine;
}

function codes(value: string): string[] {
  const all = value.split(",").map((code) => code.trim().toUpperCase());
  const wrong = all.filter((code) => !/^ZF\d{3}$/.test(code));
  if (wrong.length > 0)
    throw new InvalidArgumentError(`A code looks like ZF301, not ${wrong.join(", ")}.`);
  return all;
}
