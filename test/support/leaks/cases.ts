import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "../freePort";
import type { LeakWorld } from "./world";

/** One call of a command. */
export interface Case {
  args: string[];
  /** What it ends with. */
  code: number;
  input?: string;
  env?: Record<string, string>;
  /** It is called in each format, with a report of each kind. @default false */
  everyFormat?: boolean;
}

/** Calls of every command, by its name: such as end well, and such as do not. Each has as much to hide as it can have. */
export async function casesOf(world: LeakWorld): Promise<Record<string, Case[]>> {
  const { given, cluster, folder } = world;
  const { url } = cluster.pod;
  const stack = ["--stack", "test"];
  const nowhere = ["--stack", "nowhere"];
  const asAdmin = ["--url", url, "--username", "admin", "--password-stdin"];
  const right = { input: `${given.adminPassword}\n` };
  const wrong = { input: `${given["password on standard input"]}\n` };
  const wrongPassphrase = { PULUMI_CONFIG_PASSPHRASE: given["a wrong passphrase"] };
  const file = (name: string, text: string): string => {
    mkdirSync(join(folder, "given"), { recursive: true });
    writeFileSync(join(folder, "given", name), text);
    return join(folder, "given", name);
  };
  const unread = file("unread.json", `${given.adminPassword} {"steps": "${given.passphrase}"}`);
  const port = String(await freePort());
  const local = ["local", "--folder", ".local", "--registry", "distribution", "--port", port];
  const fromAccra = ["promote", "--from", "accra", ...stack];
  return {
    init: [
      {
        args: [
          "init",
          "lima",
          "--context",
          cluster.context,
          "--domain",
          "lima.test",
          "--gateway",
          "none",
          "--dry-run",
          "--yes",
        ],
        code: 0,
      },
      {
        args: ["init", "test", "--context", cluster.context, "--domain", "lima.test", "--yes"],
        code: 2,
      },
    ],
    verify: [
      { args: ["verify", ...stack, "--verbose"], code: 0, everyFormat: true },
      { args: ["verify", ...asAdmin, "--image", "team/app:v1"], code: 0, ...right },
      { args: ["verify", ...asAdmin, "--image", "team/app:v1"], code: 1, ...wrong },
      { args: ["verify", ...nowhere], code: 2 },
      { args: ["verify", ...stack], code: 3, env: wrongPassphrase },
    ],
    status: [
      { args: ["status", ...stack], code: 0, everyFormat: true },
      { args: ["status", ...stack], code: 3, env: wrongPassphrase },
    ],
    doctor: [
      { args: ["doctor", ...stack], code: 0, everyFormat: true },
      { args: ["doctor", "team/app:gone", ...asAdmin], code: 1, ...wrong },
      { args: ["doctor", ...stack, "--before-up"], code: 1 },
    ],
    inspect: [
      { args: ["inspect", "team/app:v1", ...stack], code: 0, everyFormat: true },
      { args: ["inspect", "team/app:gone", ...stack], code: 1 },
      { args: ["inspect", "team/app:v1", ...asAdmin], code: 3, ...wrong },
    ],
    explain: [
      { args: ["explain", "ZF203"], code: 0 },
      { args: ["explain", "ZF999"], code: 2 },
    ],
    lock: [
      { args: ["lock", "--check"], code: 0, everyFormat: true },
      { args: ["lock", "nowhere"], code: 2 },
    ],
    promote: [
      { args: [...fromAccra, "--check"], code: 0, everyFormat: true },
      {
        args: [...fromAccra, "--check", "--username", "reader", "--password-stdin"],
        code: 3,
        ...wrong,
      },
      { args: [...fromAccra, "--check"], code: 3, env: wrongPassphrase },
    ],
    mirrors: [
      { args: ["mirrors", ...stack], code: 0 },
      { args: ["mirrors", ...nowhere], code: 2 },
    ],
    retention: [
      {
        args: ["retention", ...stack, "--log", file("zot.log", sweptLine)],
        code: 0,
        everyFormat: true,
      },
      { args: ["retention", ...nowhere], code: 2 },
    ],
    "preview-report": [
      { args: ["preview-report", join(folder, "preview.json")], code: 0 },
      { args: ["preview-report", unread], code: 2 },
    ],
    local: [
      {
        args: [...local, "--once", "--admin-password-stdin"],
        code: 0,
        input: `${given["password of npm run local"]}\n`,
      },
      { args: [...local, "--once", "--seed", unread], code: 2 },
    ],
  };
}

const sweptLine = `${JSON.stringify({
  module: "retention",
  repository: "ci/app",
  tag: "v1",
  decision: "keep",
  reason: "retained",
  time: "2026-11-21T06:42:25Z",
})}\n`;
