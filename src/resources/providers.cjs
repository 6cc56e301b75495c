"use strict";

const { existsSync } = require("node:fs");
const { join } = require("node:path");

let providers;

/**
 * Calls `method` of the dynamic provider `name`. The process that runs dynamic providers has no TypeScript loader: in a
 * checkout this brings tsx along; the published package holds no TypeScript and its compiled code is loaded.
 */
exports.call = (name, method, args) => {
  providers ??= load();
  const provider = providers[name];
  if (provider === undefined)
    throw new Error(`this version of zot-fleet has no dynamic provider "${name}"`);
  return provider[method](...args);
};

function load() {
  endWithEngine();
  const source = join(__dirname, "providers.ts");
  if (!existsSync(source)) return require("../../dist/resources/providers.js").providers;
  require("tsx/cjs");
  return require(source).providers;
}

/**
 * Ends this process, as a signal does, where nobody reads what it says: its engine was killed. Pulumi's handler of uncaught errors
 * would say that, too, and then that it could not: for ever, on a whole processor, and in ever more memory.
 */
function endWithEngine() {
  for (const stream of [process.stdout, process.stderr])
    stream.on("error", () => process.kill(process.pid, "SIGTERM"));
}
