import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { childEnvironment } from "../system/environment";
import { findTool } from "../system/tools";

/** A program on PATH. */
export interface Tool {
  path: string;
  /** `1.9.3`; absent where it tells none. */
  version?: string;
}

const patienceMs = 20_000;

/** The program on PATH with the version that it tells; undefined where there is none. */
export async function readTool(name: string, ...args: string[]): Promise<Tool | undefined> {
  const path = findTool(name);
  if (path === undefined) return undefined;
  try {
    const { stdout } = await promisify(execFile)(path, args, {
      env: childEnvironment(),
      timeout: patienceMs,
    });
    const version = /\bv?(\d+\.\d+(?:\.\d+)?)/.exec(stdout)?.[1];
    return { path, ...(version === undefined ? {} : { version }) };
  } catch {
    return { path };
  }
}
