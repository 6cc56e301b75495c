import { actions, may, type Action, type ProbedTag } from "../facts/rights";
import { askForMetrics } from "../facts/zot";
import type { RegistryClient } from "../registry/client";
import { mayDo } from "../zot/mayDo";
import { rightOf } from "../zot/policies";
import type { Role } from "../zot/roles";
import type { Check, CheckContext, Finding } from "./check";
import { seededImages } from "./content";
import { isKnown, type KnownAccount } from "./expectations";
import { failed, late, noAdmin, passed, skipped } from "./outcomes";

export const rightsByRole: Check = {
  code: "ZF205",
  title: "every account may do what its role says, and no more",
  hint: "Look at accessControl in Zot's config: the longest pattern that matches a repository replaces the shorter ones.",
  why: "An account of CI that may overwrite can replace an image that was deployed and tested. Each right is asked for by a request that changes nothing: 403 is no, 400 and 404 are yes.",
  lag: 20_000,
  async run(context) {
    if ((await context.kind()) !== "zot") {
      return skipped("this registry has no roles: whoever signs in may do everything");
    }
    if (context.content === undefined) return noAdmin;
    const tag = await existingTag(context);
    if (tag === undefined) return skipped("rights are probed on a seeded tag, and there is none");
    return Promise.all(
      context.accounts.map((account) =>
        isKnown(account)
          ? probeRights(context, account, tag)
          : Promise.resolve(skipped("only its hash is known", account.username)),
      ),
    );
  },
};

/** Where so many seeded tags are gone, ZF303 has more to tell than this check. */
const mostTries = 20;

/** A tag that is there now. Not `latest` where another will do: before Zot 2.1.15 `create` could overwrite that one. */
export async function existingTag(context: CheckContext): Promise<ProbedTag | undefined> {
  const tags = seededImages(context).flatMap(({ repository, tags }) =>
    tags.map((tag) => ({ repository, tag })),
  );
  const byChoice = [
    ...tags.filter(({ tag }) => tag !== "latest"),
    ...tags.filter(({ tag }) => tag === "latest"),
  ];
  for (const candidate of byChoice.slice(0, mostTries)) {
    const found = await context.content?.client.headManifest(candidate.repository, candidate.tag);
    if (found !== undefined) return candidate;
  }
  return undefined;
}

/**
 * Of an admin, whose rights Zot keeps as one list for all repositories, reading and deleting tell the rest: a deployment
 * that finds everything in place then sends no PUT at all.
 */
const probedOf = (role: Role): readonly Action[] =>
  role === "admin" ? ["read", "delete"] : actions;

/** What an account should be allowed on a tag: what was declared, else what its role says. */
function rights(
  { access }: CheckContext,
  { username, role }: KnownAccount,
  { repository, tag }: ProbedTag,
): readonly Action[] {
  if (access === undefined) return rightsOf[role];
  return actions.filter((action) => {
    const wish = { action, repository, ...(action === "update" ? { reference: tag } : {}) };
    return mayDo(access.control, access.version, { user: username }, wish);
  });
}

/** Whether an account has the rights that were declared, no fewer and no more. */
export async function probeRights(
  context: CheckContext,
  account: KnownAccount,
  tag: ProbedTag,
): Promise<Finding> {
  const { client } = context;
  const { username, password, role } = account;
  const allowed = rights(context, account, tag);
  const as = client({ username, password });
  const found = await Promise.all([
    ...probedOf(role).map(async (action) => ({
      right: rightOf[action],
      wanted: allowed.includes(action),
      answer: await may(as, action, tag),
    })),
    ...(role === "metrics" ? [readsMetrics(as)] : []),
  ]);
  const wrong = found.filter(({ wanted, answer }) => wanted !== answer);
  if (wrong.length === 0) {
    const seen = found.map(({ right, wanted }) => (wanted ? right : `no ${right}`));
    return passed(`role ${role}: ${seen.join(", ")}`, username);
  }
  const words = wrong.map(({ right, answer }) =>
    typeof answer === "number"
      ? `${right} is answered ${answer}`
      : `may ${answer ? "" : "not "}${right}`,
  );
  const detail = `role ${role}, and ${words.join(", ")} (${tag.repository}:${tag.tag})`;
  // More than the role says is a fault at once; less may be a pod that is still being replaced.
  return wrong.some(({ wanted, answer }) => !wanted && answer === true)
    ? failed(detail, username)
    : late(detail, username);
}

/** No right in a repository: it goes by accessControl.metrics alone. */
async function readsMetrics(client: RegistryClient) {
  const { status } = await askForMetrics(client);
  const answer = status === 200 || (status !== 403 && status);
  return { right: "read metrics", wanted: true, answer };
}

/** What each role may do, and no more. */
const rightsOf: Readonly<Record<Role, readonly Action[]>> = {
  admin: actions,
  ci: ["read", "create"],
  puller: ["read"],
  metrics: [],
};
