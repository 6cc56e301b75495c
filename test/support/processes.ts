import { readdirSync } from "node:fs";

/** The processes of this machine; none where there is no /proc. */
export function processes(): number[] {
  try {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}
