"use strict";

// For `node --require`: the process lives TEST_CLOCK_DAYS days later.
const ahead = Number(process.env.TEST_CLOCK_DAYS ?? 0) * 86_400_000;
const Real = Date;

globalThis.Date = class extends Real {
  constructor(...parts) {
    if (parts.length === 0) super(Real.now() + ahead);
    else super(...parts);
  }

  static now() {
    return Real.now() + ahead;
  }
};
