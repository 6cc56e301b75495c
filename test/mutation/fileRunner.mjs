import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join, resolve } from "node:path";
import { declareClassPlugin, PluginKind } from "@stryker-mutator/api/plugin";
import {
  determineHitLimitReached,
  DryRunStatus,
  TestStatus,
  toMutantRunResult,
} from "@stryker-mutator/api/test-runner";
import Mocha from "mocha";

const folders = ["test/zot", "test/config"];
const require = createRequire(import.meta.url);

/**
 * Mocha, a file of tests at a time: it, and all of ours that it imports, is loaded afresh. What a module does when it is loaded, as
 * every schema of src/config does, is then covered by the files that load it; Stryker's own runner starts a process with all tests
 * for each such mutant.
 */
class FileRunner {
  /** How long each file took without a mutant. */
  #times = new Map();
  /** How many mutants each has killed. */
  #kills = new Map();
  /** What the instrumented code reads and writes. */
  #mutants = (globalThis.__stryker__ ??= {});
  #files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true })
      .filter((file) => file.endsWith(".test.js"))
      .map((file) => join(folder, file)),
  );

  capabilities() {
    return { reloadEnvironment: true };
  }

  init() {
    process.env["ZOT_FLEET_RUNS"] ??= "20";
    require(resolve("test/support/hermetic.js"));
  }

  async dryRun({ files }) {
    const tests = [];
    for (const file of this.#files.filter((test) => files.some((file) => areOne(file, test)))) {
      this.#mutants.currentTestId = file;
      const result = await run(file);
      this.#times.set(file, result.timeSpentMs);
      tests.push(result);
    }
    const { mutantCoverage } = this.#mutants;
    return { status: DryRunStatus.Complete, tests, mutantCoverage };
  }

  /** The folder's own tests alone: the file of the same name first, then whoever killed most, then the quickest. */
  async mutantRun({ activeMutant, hitLimit, testFilter = this.#files }) {
    Object.assign(this.#mutants, { activeMutant: activeMutant.id, hitLimit, hitCount: 0 });
    const own = `${basename(activeMutant.fileName, ".ts")}.test.js`;
    const kills = (file) => (basename(file) === own ? Infinity : (this.#kills.get(file) ?? 0));
    const first = (a, b) =>
      kills(a) === kills(b)
        ? (this.#times.get(a) ?? 0) - (this.#times.get(b) ?? 0)
        : kills(b) - kills(a);
    const tests = [];
    const near = testFilter.filter((test) => areOne(activeMutant.fileName, test));
    for (const file of near.sort(first)) {
      tests.push(await run(file));
      const endless = determineHitLimitReached(this.#mutants.hitCount, hitLimit);
      if (endless !== undefined) return toMutantRunResult(endless);
      if (tests.at(-1).status === TestStatus.Failed) {
        this.#kills.set(file, (this.#kills.get(file) ?? 0) + 1);
        break;
      }
    }
    return toMutantRunResult({ status: DryRunStatus.Complete, tests });
  }
}

/** Whether a file of src and one of test are of one folder: src/zot is held by test/zot. */
const areOne = (file, test) => file.includes(`/src/${test.split("/")[1]}/`);

const isOurs = (path) => !path.includes("/node_modules/");

async function run(file) {
  for (const [path, loaded] of Object.entries(require.cache))
    if (isOurs(path)) delete require.cache[path];
    else loaded.children = loaded.children.filter(({ filename }) => !isOurs(filename));
  const began = performance.now();
  const failureMessage = await failureOf(file);
  const timeSpentMs = Math.round(performance.now() - began);
  const result = { id: file, name: file, fileName: file, timeSpentMs };
  return failureMessage === undefined
    ? { ...result, status: TestStatus.Success }
    : { ...result, status: TestStatus.Failed, failureMessage };
}

/** What the first test says that fails, or the loading of the file. */
async function failureOf(file) {
  const mocha = new Mocha({ reporter: class {}, bail: true, timeout: 0 });
  // Seconds each time, of what only a large log shows.
  mocha.grep("is read of a repository of many tags").invert();
  mocha.addFile(resolve(file));
  try {
    mocha.loadFiles();
  } catch (error) {
    return String(error);
  }
  drawTheSame();
  let message;
  await new Promise((end) => {
    mocha.run(end).on("fail", (test, error) => {
      message ??= `${test.fullTitle()}: ${error.message}`;
    });
  });
  mocha.dispose();
  return message;
}

/** Another seed would kill other mutants. */
function drawTheSame() {
  const { configureGlobal, readConfigureGlobal } = require("fast-check");
  configureGlobal({ ...readConfigureGlobal(), seed: 1 });
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, "files", FileRunner)];
