"use strict";

// For `node --require`: what the process measures takes TEST_CLOCK_FACTOR times as long as it took.
const { performance } = require("node:perf_hooks");

const factor = Number(process.env.TEST_CLOCK_FACTOR ?? 1);
const now = performance.now.bind(performance);
performance.now = () => now() * factor;
