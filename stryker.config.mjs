/** How well test/zot and test/config hold src/zot and src/config: `npm run mutation` (CONTRIBUTING.md, "Mutations"). */
export default {
  mutate: ["src/zot/**/*.ts", "src/config/**/*.ts"],
  ignorers: ["descriptions"],
  plugins: ["./test/mutation/fileRunner.mjs", "./test/mutation/ignoreDescriptions.mjs"],
  testRunner: "files",
  // Loaded thousands of times: JavaScript takes two thirds of the time of TypeScript.
  buildCommand: "tsc --noEmit false --noCheck",
  ignorePatterns: ["/dist", "/coverage", "/.local", "/reports"],
  disableTypeChecks: false,
  concurrency: 1,
  timeoutMS: 60000,
  reporters: ["clear-text", "progress-append-only", "json"],
  clearTextReporter: { allowColor: false, logTests: false },
  jsonReporter: { fileName: "reports/mutation.json" },
  thresholds: { high: 90, low: 85, break: 85 },
  tempDirName: ".stryker-tmp",
};
