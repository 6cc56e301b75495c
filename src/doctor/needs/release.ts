import { fine, missing, unseen, type Need } from "./need";

const release: Need = {
  code: "ZD520",
  subject: "Helm release",
  title: "a Helm release is there that the stack may not take over",
  hint: "To take it over, with its images and accounts, set zot-fleet:registry.adopt: true (docs/moving-in.md). To leave it alone, name another zot-fleet:registry.namespace.",
  why: "Helm keeps its releases by name in a namespace. A stack that has not deployed one there would write over somebody else's registry, so pulumi up ends before that.",
  look: ({ cluster, pulumi, config: { declared } }) => {
    if ("unseen" in cluster) return [unseen(cluster.unseen)];
    const { release: seen } = cluster.found;
    if ("unseen" in seen) return [unseen(seen.unseen)];
    if (seen.found === undefined) return [fine("there is none, and pulumi up makes one")];
    const { name, revision, chart, writer = "somebody" } = seen.found;
    const there = `${name}, revision ${revision} of ${chart}, by ${writer}`;
    if (declared?.registry.adopt === true) return [fine(`${there}: pulumi up takes it over`)];
    if (pulumi === undefined || typeof pulumi.stack === "object")
      return [unseen(`${there}, and whether it is this stack's is not known`)];
    if (pulumi.stack === "deployed") return [fine(`${there}: the stack has deployed before`)];
    return [
      missing(`${there}, and not of this stack: pulumi up would end there`, {
        command: `helm status ${name.split("/")[1] ?? ""} --namespace ${name.split("/")[0] ?? ""}`,
      }),
    ];
  },
};

/** What is there already where the registry is to be. */
export const releaseNeeds: readonly Need[] = [release];
