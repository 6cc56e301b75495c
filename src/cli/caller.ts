import type { Caller } from "../doctor/snapshot";
import type { RegistryFlags } from "./registryFlags";

/** How this program is called: as it is installed, or in a clone, where it runs from its source. */
export const programName = __filename.endsWith(".ts") ? "npm run --silent fleet --" : "zot-fleet";

/** What another command needs to look at the same registry. */
export function callerOf(flags: RegistryFlags, url: string): Caller {
  const { stack, local, folder, connect, ca, username } = flags;
  const program = programName;
  if (stack !== undefined) return { program, flags: `--stack ${stack}`, stack };
  if (local) {
    const flags = folder === ".local" ? "--local" : `--local --folder ${folder}`;
    return { program, flags, localFolder: folder };
  }
  const all = [
    `--url ${url}`,
    ...(connect === undefined ? [] : [`--connect ${connect}`]),
    ...(ca === undefined ? [] : [`--ca ${ca}`]),
    ...(username === undefined ? [] : [`--username ${username} --password-stdin`]),
  ];
  return { program, flags: all.join(" ") };
}
