/** How well the tests hold src/zot and src/config: `npm run mutation` (CONTRIBUTING.md, "Mutations"). */
export default {
  mutate: ["src/zot/**/*.ts", "src/config/**/*.ts"],
  ignorers: ["descriptions"],
  plugins: ["@stryker-mutator/mocha-runner", "./test/mutation/ignoreDescriptions.mjs"],
  testRunner: "mocha",
  coverageAnalysis: "perTest",
  mochaOptions: {
    "no-config": true,
    require: ["tsx/cjs", "./test/support/hermetic.ts"],
    spec: ["test/zot/**/*.test.ts", "test/config/**/*.test.ts", "test/components/**/*.test.ts"],
  },
  ignorePatterns: ["/dist", "/coverage", "/.local", "/reports"],
  disableTypeChecks: false,
  concurrency: 1,
  timeoutMS: 60000,
  reporters: ["clear-text", "json"],
  clearTextReporter: { allowColor: false, logTests: false },
  jsonReporter: { fileName: "reports/mutation.json" },
  thresholds: { high: 90, low: 85, break: null },
  tempDirName: ".stryker-tmp",
};
