import type { Check, Finding } from "./check";
import { failed, passed, skipped } from "./outcomes";
import { zotTells } from "./zotTells";

export const storageDeclared: Check = {
  code: "ZF401",
  title: "the storage is the declared one",
  hint: "Is the running config the one that was deployed? Look at storage in the config.json that Zot's process reads.",
  async run(context) {
    const { rootDirectory, driver } = context.registry?.storage ?? {};
    if (rootDirectory === undefined && driver === undefined) return skipped("none was declared");
    if ((await context.kind()) !== "zot")
      return skipped("this registry tells nothing of its storage");
    const found: Finding[] = [];
    if (driver !== undefined) found.push(skipped("Zot tells nobody its storage driver", driver));
    if (rootDirectory !== undefined) {
      const { rootDirectories } = await zotTells(context);
      found.push(
        rootDirectories.length === 0
          ? skipped("no known account may read /metrics", rootDirectory)
          : rootDirectories.includes(rootDirectory)
            ? passed("by its metrics", rootDirectory)
            : failed(`its metrics name ${rootDirectories.join(", ")}`, rootDirectory),
      );
    }
    return found;
  },
};
