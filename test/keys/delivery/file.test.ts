import assert from "node:assert/strict";
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { deliveryClient } from "../../../src/keys/delivery/deliveryClient";
import type { FileTarget } from "../../../src/keys/delivery/file";
import { dockerConfig } from "../../../src/registry/dockerConfig";
import { inProject } from "../../../src/system/projectFolder";
import { useScratch } from "../../images/scratch";

const login = { host: "oci.killinit.cc", username: "ci-3", password: "zak_key" };
const other = { ...login, password: "zak_other" };

describe("delivery to a file", () => {
  const scratch = useScratch();
  const { put, holds, withdraw } = deliveryClient({});
  const target = (name: string, type: FileTarget["type"] = "dockerconfigjson"): FileTarget => ({
    to: "file",
    path: scratch(name),
    type,
  });
  const mode = (path: string) => statSync(path).mode & 0o777;

  it("writes what --authfile reads, for the user alone, in a folder for the user alone", async () => {
    const file = target("keys/ci.json");
    await put(file, login);
    assert.equal(readFileSync(file.path, "utf8"), `${dockerConfig(login)}\n`);
    assert.equal(mode(file.path), 0o600);
    assert.equal(mode(dirname(file.path)), 0o700);
  });

  it("writes the key alone, over what was there, whatever its mode", async () => {
    const file = target("key", "key");
    writeFileSync(file.path, "before", { mode: 0o644 });
    chmodSync(file.path, 0o644);
    await put(file, login);
    assert.equal(readFileSync(file.path, "utf8"), "zak_key\n");
    assert.equal(mode(file.path), 0o600);
  });

  it("sees whether its login is there, and takes only that one away", async () => {
    const file = target("seen");
    assert.equal(await holds(file, login), false);
    await put(file, login);
    assert.deepEqual([await holds(file, login), await holds(file, other)], [true, false]);
    await withdraw(file, other);
    assert.equal(await holds(file, login), true);
    await withdraw(file, login);
    assert.equal(await holds(file, login), false);
  });

  it("says what stands in the way, and leaves nothing beside it", async () => {
    const file = target("way/file");
    mkdirSync(file.path, { recursive: true });
    await assert.rejects(put(file, login), /way\/file cannot be written: EISDIR/);
    assert.deepEqual(readdirSync(dirname(file.path)), ["file"]);
  });

  it("is meant from the folder of Pulumi.yaml", () => {
    assert.equal(inProject(".keys/ci"), `${process.cwd()}/.keys/ci`);
    assert.equal(inProject("/etc/ci"), "/etc/ci");
  });
});
