import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { RegistryClient } from "../../src/registry/client";
import { useScratch } from "../images/scratch";
import { pushImage } from "../support/push";
import { startZot, type RunningRegistry } from "../support/registry";
import { isSkipped, skipWithout } from "../support/skip";
import { closeAll, type Undo } from "../support/undo";
import { forges } from "../support/workflows/files";
import { Team } from "../support/workflows/team";

const password = "registry-canary";
const users = { "puller-1": password };

describe("workflows by act: backup.yaml", function () {
  this.timeout(0);
  const scratch = useScratch();
  const undo: Undo[] = [];
  let team: Team;
  let registry: RunningRegistry;
  let zot: string;

  before(async function () {
    for (const tool of ["act", "git", "jq", "regsync", "restic"]) skipWithout(tool, this);
    zot = skipWithout("zot", this);
    registry = await startZot({ users });
    undo.push(() => registry.stop());
    const credentials = { username: "puller-1", password };
    const client = new RegistryClient({ url: registry.url, credentials });
    undo.push(() => client.close());
    await pushImage(client, "team/app", "v1");
    team = new Team(scratch("team"));
    undo.push(() => team.close());
  });

  after(async function () {
    if (!isSkipped(this)) await closeAll(undo);
  });

  for (const forge of forges)
    it(`${forge}: stores and rehearses one registry where another cannot be reached`, async () => {
      const store = (stack: string) => join(team.folder, `${forge}-${stack}`);
      const { ok, steps, log } = await team.run(forge, "backup.yaml", {
        event: "schedule",
        secrets: {
          REGISTRY_PASSWORD_OTTAWA: password,
          REGISTRY_PASSWORD_LISBON: password,
          RESTIC_PASSWORD: "restic-canary",
          BACKUP_ACCESS_KEY_ID: "",
          BACKUP_SECRET_ACCESS_KEY: "",
        },
        env: { ZOT: zot },
        // What a team writes there, and the checksum of the Zot that is here.
        edit: (words) =>
          words
            .replaceAll("https://oci.ottawa.example", registry.url)
            .replaceAll("https://oci.lisbon.example", "http://127.0.0.1:1")
            .replaceAll(/s3:https:\/\/s3.example.com\/backups\/(\w+)/g, (_, stack: string) =>
              store(stack),
            )
            .replace(/echo "[0-9a-f]{64} /, `echo "${sumOf(zot)} `),
      });
      assert.ok(!ok);
      assert.equal(steps["backup ottawa"]?.["Store"], "success", log);
      assert.equal(
        steps["rehearse ottawa"]?.["Restore into a scratch Zot and compare"],
        "success",
        log,
      );
      assert.equal(steps["backup lisbon"]?.["List, and copy what is listed"], "failure", log);
      assert.equal(steps["backup lisbon"]["Store"], undefined);
      assert.ok(!existsSync(store("lisbon")));
      for (const canary of [password, "restic-canary"]) assert.ok(!log.includes(canary), canary);
    });
});

const sumOf = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex");
