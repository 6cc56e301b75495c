"use strict";

const { reporters, Runner } = require("mocha");

/** mocha's spec reporter: what was skipped with its reasons, then the failures, and a last line that counts. */
module.exports = class extends reporters.Spec {
  skipped = new Map();

  constructor(runner, options) {
    super(runner, options);
    runner.on(Runner.constants.EVENT_TEST_PENDING, (test) => {
      const reason = test.skipReason ?? "without a reason";
      this.skipped.set(reason, [...(this.skipped.get(reason) ?? []), test.fullTitle()]);
    });
  }

  // The failures stand last: a thousand skipped titles after them push them out of what a forge keeps of a log.
  epilogue() {
    for (const [reason, titles] of this.skipped) {
      console.log(`\nskipped, ${reason}:`);
      for (const title of titles) console.log(`  ${title}`);
    }
    super.epilogue();
    const { passes, failures, pending } = this.stats;
    console.log(`${passes} passed, ${failures} failed, ${pending} skipped`);
  }
};
