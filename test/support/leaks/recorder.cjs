"use strict";

/*
 * Loaded into every Node process of a run (NODE_OPTIONS): writes down which processes it starts, with their arguments and environment,
 * and what it writes into files, with their modes. A file that is gone again is known by it, and so is a process that lives too
 * shortly to be looked at. `ZOT_FLEET_CRASH` makes it fail where it is asked to: a process whose command line has ZOT_FLEET_CRASH_IN.
 */

const fs = require("node:fs");
const cp = require("node:child_process");
const { dirname } = require("node:path");
const { fileURLToPath } = require("node:url");
const { syncBuiltinESMExports } = require("node:module");

const log = process.env.ZOT_FLEET_RECORD;
const { appendFileSync, statSync, readlinkSync } = fs;
const append = appendFileSync.bind(fs);
const mostBytes = 1 << 20;

let writing = false;
function note(entry) {
  if (log === undefined || writing) return;
  writing = true;
  try {
    append(log, `${JSON.stringify({ pid: process.pid, ...entry })}\n`);
  } finally {
    writing = false;
  }
}

const textOf = (file) => (file instanceof URL ? fileURLToPath(file) : String(file));

function pathOf(file) {
  const fd = typeof file === "number" ? file : file?.fd;
  if (typeof fd !== "number") return textOf(file);
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return "";
  }
}

const modeOf = (path) => {
  try {
    return statSync(path).mode & 0o777;
  } catch {
    return undefined;
  }
};

function wrote(file, data) {
  if (writing) return;
  const path = pathOf(file);
  if (path === "" || !path.startsWith("/") || path.startsWith("/proc/") || path === log) return;
  const bytes =
    typeof data === "string" || ArrayBuffer.isView(data)
      ? Buffer.from(data.buffer ?? data, data.byteOffset, data.byteLength)
      : Buffer.alloc(0);
  note({
    kind: "write",
    path,
    mode: modeOf(path),
    folderMode: modeOf(dirname(path)),
    data: bytes.subarray(0, mostBytes).toString("base64"),
  });
}

function started(file, args, env) {
  note({ kind: "start", file, args, env });
}

/** Fails as asked: `place` within what called it, or beside it, where nobody catches it. */
const [crashPlace, crashHow, crashAfter = "0"] = (process.env.ZOT_FLEET_CRASH ?? "").split(":");
const mayCrash = process.argv.join(" ").includes(process.env.ZOT_FLEET_CRASH_IN ?? "");
let met = 0;
function maybeCrash(place) {
  if (!mayCrash || place !== crashPlace || met++ !== Number(crashAfter)) return;
  const error = new TypeError(`injected at ${place}`);
  note({ kind: "crash", place });
  if (crashHow === "thrown") throw error;
  if (crashHow === "rejected") void Promise.reject(error);
  else
    process.nextTick(() => {
      throw error;
    });
}

const { spawn } = cp.ChildProcess.prototype;
cp.ChildProcess.prototype.spawn = function (options) {
  started(options.file, options.args ?? [], options.envPairs ?? []);
  maybeCrash("start");
  return spawn.call(this, options);
};
for (const name of ["spawnSync", "execFileSync"]) {
  const original = cp[name];
  cp[name] = (file, ...rest) => {
    const args = Array.isArray(rest[0]) ? rest[0] : [];
    const { env = process.env } = (Array.isArray(rest[0]) ? rest[1] : rest[0]) ?? {};
    started(
      file,
      args,
      Object.entries(env).map((pair) => pair.join("=")),
    );
    return original(file, ...rest);
  };
}

/** After the write, when the file has its mode. */
for (const name of ["writeFileSync", "appendFileSync", "writeSync"]) {
  const original = fs[name];
  fs[name] = (file, data, ...rest) => {
    if (!writing) maybeCrash("write");
    const result = original(file, data, ...rest);
    wrote(file, data);
    return result;
  };
}
for (const name of ["writeFile", "appendFile"]) {
  const original = fs.promises[name];
  fs.promises[name] = async (file, data, ...rest) => {
    const result = await original(file, data, ...rest);
    wrote(file, data);
    return result;
  };
  const called = fs[name];
  fs[name] = (file, data, ...rest) => {
    const done = rest.pop();
    return called(file, data, ...rest, (...result) => {
      wrote(file, data);
      done(...result);
    });
  };
}
const { write } = fs;
fs.write = (fd, data, ...rest) => {
  wrote(fd, data);
  return write(fd, data, ...rest);
};
const { open } = fs.promises;
let handlesAreWrapped = false;
fs.promises.open = async (...args) => {
  const handle = await open(...args);
  if (!handlesAreWrapped) {
    handlesAreWrapped = true;
    const kind = Object.getPrototypeOf(handle);
    for (const name of ["write", "writeFile", "appendFile"]) {
      const original = kind[name];
      kind[name] = function (data, ...rest) {
        wrote(this, data);
        return original.call(this, data, ...rest);
      };
    }
  }
  return handle;
};

const { Socket } = require("node:net");
const { connect } = Socket.prototype;
Socket.prototype.connect = function (...args) {
  maybeCrash("connect");
  return connect.apply(this, args);
};
const { parse } = JSON;
JSON.parse = (...args) => {
  maybeCrash("parse");
  return parse(...args);
};

syncBuiltinESMExports();
