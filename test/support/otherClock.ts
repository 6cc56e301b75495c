import { join } from "node:path";

/** Runs something of the engine whose providers live by another clock: a preload of this folder, with what it reads. */
export async function withClock<T>(
  preload: "movedClock.cjs" | "fastClock.cjs",
  variables: Record<string, string>,
  work: () => Promise<T>,
): Promise<T> {
  const set = { ...variables, NODE_OPTIONS: `--require ${join(__dirname, preload)}` };
  const before = Object.keys(set).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, set);
  try {
    return await work();
  } finally {
    for (const [name, value] of before)
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
  }
}
