import { readZot } from "../facts/zot";
import type { Check, CheckContext, Finding } from "./check";
import { isKnown } from "./expectations";
import { failed, nothingDeclared, passed, skipped } from "./outcomes";

const storageDeclared: Check = {
  code: "ZF401",
  title: "the storage is the declared one",
  hint: "Is the running config the one that was deployed? Look at storage in the config.json that Zot's process reads.",
  async run(context) {
    const { rootDirectory, driver } = context.registry?.storage ?? {};
    if (rootDirectory === undefined && driver === undefined)
      return nothingDeclared("none was declared");
    if ((await context.kind()) !== "zot")
      return skipped("this registry tells nothing of its storage");
    const found: Finding[] = [];
    if (driver !== undefined) found.push(skipped("Zot tells nobody its storage driver", driver));
    if (rootDirectory !== undefined) {
      const { rootDirectories } = await zotOf(context);
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

const versionDeclared: Check = {
  code: "ZF402",
  title: "the version is the declared one",
  hint: "Did the rollout end, and is zot-fleet:zot.version the tag of the image that the pod runs?",
  async run(context) {
    const wanted = context.registry?.version;
    if (wanted === undefined) return nothingDeclared("none was declared");
    if ((await context.kind()) !== "zot") return skipped("this registry does not tell its version");
    const { version } = await zotOf(context);
    if (version === undefined) {
      return skipped("no known account may read /metrics, and search, which tells it, is off");
    }
    return version === wanted ? passed(version) : failed(`${version} runs, ${wanted} was declared`);
  },
};

/** Whether the program that answers is the one that was declared. */
export const programChecks: readonly Check[] = [storageDeclared, versionDeclared];

const zotOf = ({ accounts, client }: Pick<CheckContext, "accounts" | "client">) =>
  readZot(accounts.filter(isKnown), client);
