import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { useScratch } from "../images/scratch";
import { skipWithout } from "../support/skip";

const root = join(__dirname, "..", "..");
const preset = "examples/renovate.json";

/** What stays as it is when something newer comes: the oldest that will do, and the version of a specification. */
const floors = new Set([
  "oldestZotVersion",
  "oldestChartVersion",
  "oldestSkopeo",
  "since",
  "distSpecVersion",
]);
/** The oldest for several pods; what stands for a chart that tells no version. */
const withFloors = new Set(["src/config/sharedStorage.ts", "src/cluster/helmRecords.ts"]);

const tracked = execFileSync("git", ["ls-files"], { cwd: root, encoding: "utf8" })
  .trim()
  .split("\n");

const textOf = (file: string) => readFileSync(join(root, file), "utf8");

/** Every version that is written down to be used, as `file value`. */
function pins(): string[] {
  const found = (file: string, pattern: RegExp, at = 1) =>
    [...textOf(file).matchAll(pattern)].map((match) => `${file} ${match[at] ?? ""}`);
  const within = (pattern: RegExp) => tracked.filter((file) => pattern.test(file));
  const { dependencies, devDependencies, peerDependencies } = JSON.parse(
    textOf("package.json"),
  ) as Record<string, Record<string, string>>;
  return [
    ...[dependencies, devDependencies, peerDependencies]
      .flatMap((each) => Object.values(each ?? {}))
      .map((range) => `package.json ${range}`),
    ...within(/^src\/.*\.ts$/)
      .filter((file) => !withFloors.has(file))
      .flatMap((file) =>
        [...textOf(file).matchAll(/(\w+)(?:: string)?(?: = |: )"(v?\d+\.\d+\.\d+)"/g)]
          .filter(([, name = ""]) => !floors.has(name))
          .map(([, , value = ""]) => `${file} ${value}`),
      ),
    // What else it requires comes with the engine.
    ...found("src/local/engine/go.mod", /^\s*github\.com\/pulumi\/pulumi\/pkg\/v3 (v\S+)/gm),
    ...within(/^workflows\/.*\.yaml$/).flatMap((file) => [
      ...found(file, /(?:uses: \S+@\S+ # |@|\/|: )(v?\d+\.\d+\.\d+)\b(?!\.\d)/g),
      ...found(file, /-version: "?(\d[\d.]*)/g),
    ]),
    ...within(/^(?:examples|stacks)\/.*\.yaml$/).flatMap((file) =>
      found(file, /(?:version: |image: \S+:)(v?\d+\.\d+\.\d+)\b/g),
    ),
    ...within(/^docs\/[^/]+\.md$/).flatMap((file) =>
      found(file, /^zot-fleet:\w+: \{ version: (\d+\.\d+\.\d+)/gm),
    ),
  ];
}

interface Extracted {
  packageFile: string;
  deps: { currentValue?: string; depType?: string }[];
}

describe("the example of a Renovate config", function () {
  this.timeout(600_000);
  const scratch = useScratch();
  let renovate = "";
  before(function () {
    renovate = skipWithout("renovate", this);
  });

  it("is one that Renovate takes", async () => {
    const validator = join(dirname(renovate), "renovate-config-validator");
    await promisify(execFile)(validator, ["--strict", preset], { cwd: root });
  });

  it("finds every pin", async () => {
    const copy = scratch("copy");
    for (const file of tracked) {
      mkdirSync(dirname(join(copy, file)), { recursive: true });
      cpSync(join(root, file), join(copy, file));
    }
    const git = (...args: string[]) => execFileSync("git", args, { cwd: copy, stdio: "ignore" });
    git("init");
    git("add", "--all");
    const report = scratch("report.json");
    await promisify(execFile)(
      renovate,
      ["--platform=local", "--dry-run=extract", "--report-type=file", `--report-path=${report}`],
      {
        cwd: copy,
        maxBuffer: 1 << 28,
        env: {
          ...process.env,
          RENOVATE_CONFIG_FILE: join(copy, preset),
          RENOVATE_BASE_DIR: scratch("base"),
          RENOVATE_ONBOARDING: "false",
          RENOVATE_REQUIRE_CONFIG: "optional",
        },
      },
    );
    const { repositories } = JSON.parse(readFileSync(report, "utf8")) as {
      repositories: { local: { packageFiles: Record<string, Extracted[]> } };
    };
    const files = Object.values(repositories.local.packageFiles).flat();
    const seen = new Set(
      files.flatMap(({ packageFile, deps }) =>
        deps.map(({ currentValue = "" }) => `${packageFile} ${currentValue}`),
      ),
    );
    const wanted = pins();
    assert.ok(wanted.length > 60, `${wanted.length} pins`);
    assert.deepEqual(
      wanted.filter((pin) => !seen.has(pin)),
      [],
    );
  });
});
