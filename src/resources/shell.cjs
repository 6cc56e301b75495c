"use strict";

/**
 * The dynamic provider called `name`, as Pulumi serialises it into the state. It holds that name and nothing else: each
 * method finds this package from the program's folder and calls the provider there, so that old state always runs
 * today's code, and a checkout elsewhere or an installed package writes the same bytes.
 *
 * Plain JavaScript on purpose: compilers rewrite TypeScript differently, and every difference would be a diff in
 * every stack.
 */
exports.shell = (name) => {
  const call = (method, args) =>
    require("module")
      .createRequire(process.cwd() + "/_")("zot-fleet/providers")
      .call(name, method, args);
  return {
    check: (...args) => call("check", args),
    diff: (...args) => call("diff", args),
    create: (...args) => call("create", args),
    read: (...args) => call("read", args),
    update: (...args) => call("update", args),
    delete: (...args) => call("delete", args),
  };
};
