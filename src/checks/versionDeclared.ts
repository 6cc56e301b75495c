import type { Check } from "./check";
import { failed, passed, skipped } from "./outcomes";
import { zotTells } from "./zotTells";

export const versionDeclared: Check = {
  code: "ZF402",
  title: "the version is the declared one",
  hint: "Did the rollout end, and is zot-fleet:zot.version the tag of the image that the pod runs?",
  async run(context) {
    const wanted = context.registry?.version;
    if (wanted === undefined) return skipped("none was declared");
    if ((await context.kind()) !== "zot") return skipped("this registry does not tell its version");
    const { version } = await zotTells(context);
    if (version === undefined) {
      return skipped("no known account may read /metrics, and search, which tells it, is off");
    }
    return version === wanted ? passed(version) : failed(`${version} runs, ${wanted} was declared`);
  },
};
