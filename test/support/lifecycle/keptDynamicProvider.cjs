"use strict";

/*
 * Pulumi's process of dynamic providers, for many runs of the engine. What it runs of the project is loaded anew for each of them, as it
 * would be in a process of its own.
 */

const { createRequire } = require("node:module");
const { dirname, sep } = require("node:path");

const pulumiRequire = createRequire(require.resolve("@pulumi/pulumi"));
const { Server } = pulumiRequire("@grpc/grpc-js");
const addService = Server.prototype.addService;

// The engine configures a provider once, before all else.
Server.prototype.addService = function (definition, service) {
  const configure = service.configure.bind(service);
  service.configure = (call, done) => {
    const project = dirname(process.cwd()) + sep;
    for (const path of Object.keys(require.cache))
      if (path.startsWith(project)) delete require.cache[path];
    return configure(call, done);
  };
  return addService.call(this, definition, service);
};

process.argv[2] = "no engine";
process.stdin.on("end", () => process.exit()).resume();
require("@pulumi/pulumi/cmd/dynamic-provider");
