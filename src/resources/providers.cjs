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
  const source = join(__dirname, "providers.ts");
  return existsSync(source)
    ? require("tsx/cjs/api").require(source, __filename).providers
    : require("../../dist/resources/providers.js").providers;
}
