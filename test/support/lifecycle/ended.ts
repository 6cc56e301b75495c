import type { ChildProcess } from "node:child_process";
import { once } from "node:events";

/** What a process said until it ended. */
export interface Told {
  code: number | null;
  stdout: string;
  stderr: string;
}

export async function ended(child: ChildProcess): Promise<Told> {
  const said = { stdout: "", stderr: "" };
  child.stdout?.setEncoding("utf8").on("data", (text: string) => (said.stdout += text));
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (said.stderr += text));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, ...said };
}
