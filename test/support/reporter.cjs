"use strict";

const { reporters, Runner } = require("mocha");

/** mocha's spec reporter, with the reasons of what was skipped and a closing line that counts. */
module.exports = class extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const skipped = new Map();
    runner.on(Runner.constants.EVENT_TEST_PENDING, (test) => {
      const reason = test.skipReason ?? "without a reason";
      skipped.set(reason, [...(skipped.get(reason) ?? []), test.fullTitle()]);
    });
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      for (const [reason, titles] of skipped) {
        console.log(`\nskipped, ${reason}:`);
        for (const title of titles) console.log(`  ${title}`);
      }
      const { passes, failures, pending } = this.stats;
      console.log(`\n${passes} passed, ${failures} failed, ${pending} skipped`);
    });
  }
};
