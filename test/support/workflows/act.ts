import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What act is asked to run. */
export interface ActJob {
  /** The repository: act copies it for each job, as the checkout would. */
  checkout: string;
  /** The workflow's path in it. */
  workflow: string;
  event: "pull_request" | "push" | "schedule";
  payload: object;
  secrets: Readonly<Record<string, string>>;
  /** Folders in the place of actions, by `owner/name@commit`. */
  actions: Readonly<Record<string, string>>;
  env: Readonly<Record<string, string>>;
  path: string;
  /** Nothing but this of a matrix, as `stack:ottawa`. @default all of it */
  matrix?: string;
}

export interface ActRun {
  ok: boolean;
  /** All that was printed. Secrets stand in it as they came: what act hides, another runner may not. */
  log: string;
  /** How each step ended that was run, by job, such as `deploy ottawa` where it has a matrix of stacks. */
  steps: Record<string, Record<string, string>>;
}

interface Line {
  jobID?: string;
  matrix?: { stack?: string };
  msg?: string;
  step?: string;
  stepID?: string[];
  stepResult?: string;
  stage?: string;
}

/** A workflow with its actions as `owner/name`: act knows none by its whole address, as Forgejo does. */
export const withShortNames = (words: string): string =>
  words.replaceAll(/uses: https:\/\/[^/]+\//g, "uses: ");

/** Runs a workflow by nektos/act on this machine, without containers. @param folder for what it keeps */
export async function runAct(folder: string, job: ActJob): Promise<ActRun> {
  mkdirSync(folder, { recursive: true });
  const file = (name: string, content: object) => {
    const path = join(folder, name);
    writeFileSync(path, JSON.stringify(content), { mode: 0o600 });
    return path;
  };
  const args = [
    job.event,
    ...["--workflows", job.workflow],
    ...["--eventpath", file("event.json", job.payload)],
    ...["--secret-file", file("secrets.yaml", job.secrets)],
    ...["--platform", "ubuntu-latest=-self-hosted"],
    ...["--platform", "docker=-self-hosted"],
    ...Object.entries(job.actions).flatMap(([name, path]) => [
      "--local-repository",
      `${name}=${path}`,
    ]),
    ...(job.matrix === undefined ? [] : ["--matrix", job.matrix]),
    ...Object.entries(job.env).flatMap(([name, value]) => ["--env", `${name}=${value}`]),
    ...["--json", "--insecure-secrets", "--no-cache-server"],
  ];
  // Settings of whoever runs the tests, and their caches, are not read.
  const own = { HOME: folder, XDG_CACHE_HOME: folder, XDG_CONFIG_HOME: folder };
  const child = spawn("act", args, {
    cwd: job.checkout,
    env: { ...process.env, ...own, PATH: job.path },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (printed += text));
  const [code] = (await once(child, "close")) as [number | null];
  return { ok: code === 0, ...told(printed) };
}

function told(printed: string): Omit<ActRun, "ok"> {
  const run: Omit<ActRun, "ok"> = { log: "", steps: {} };
  for (const text of printed.split("\n").filter((each) => each !== "")) {
    const line = lineOf(text);
    run.log += `${(line.msg ?? text).trimEnd()}\n`;
    const name = [line.jobID, line.matrix?.stack].filter((each) => each !== undefined).join(" ");
    // Those of an action have numbers of their own below.
    if (line.stage === "Main" && line.stepResult !== undefined && line.stepID?.length === 1)
      (run.steps[name] ??= {})[line.step ?? ""] = line.stepResult;
  }
  return run;
}

function lineOf(text: string): Line {
  try {
    return JSON.parse(text) as Line;
  } catch {
    return {};
  }
}
