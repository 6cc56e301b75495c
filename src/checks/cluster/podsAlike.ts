import pLimit from "p-limit";
import { KubernetesError } from "../../cluster/kubernetes";
import { withPodForward } from "../../cluster/portForward";
import { readRegistryPods, serves } from "../../facts/registryObjects";
import { RegistryClient, RegistryError, type Credentials } from "../../registry/client";
import { zotPort } from "../../zot/chartValues";
import { accountsAccepted } from "../accounts";
import { asAdmin, type CheckContext, type Finding } from "../check";
import { seededImages } from "../content";
import { failed, late, nothingDeclared, passed, skipped } from "../outcomes";
import type { ClusterCheck } from "./clusterChecks";

/** What one pod answers. */
interface PodAnswers {
  pod: string;
  /** What it lacks of the accounts: its own, whatever the others answer. */
  refused: string[];
  /** As an admin sees it; absent where no admin's password is known, or where this pod does not know it. */
  content?: PodContent;
}

interface PodContent {
  repositories: Set<string>;
  /** The digest behind each declared tag, by `repository:tag`; undefined where it is absent. */
  tags: Map<string, string | undefined>;
}

/** The check, with the way to one pod. */
export const podsAlikeBy =
  (forward: typeof withPodForward): ClusterCheck =>
  ({ context: cluster, namespace, pod: named, replicas }, reader) => ({
    code: "ZF507",
    title: "every pod answers alike",
    hint: "Delete the pod that differs (kubectl delete pod): the one in its place reads accounts and configuration anew. Where it differs again, have all pods the same Redis, bucket and prefix?",
    why: "A client meets whichever pod the Service chooses. One that lacks an account or an image fails some pulls and not others, and no look through the Service tells which.",
    // Somebody may push between two looks, and a pod may go.
    lag: 60_000,
    async run(context) {
      if ((replicas?.count ?? 1) === 1) return nothingDeclared("one pod is declared");
      const pods = (await readRegistryPods(reader, namespace, { pod: named })).filter(serves);
      if (pods.length === 0) return late(`no pod in ${namespace} is ready`);
      const looks = await Promise.all(
        pods.map(({ name: pod }) =>
          unlessAway(pod, namespace, () =>
            forward({ context: cluster, namespace, pod, port: zotPort }, (url) =>
              askPod(context, pod, url),
            ),
          ),
        ),
      );
      const answers = looks.flatMap((look) => ("answers" in look ? look.answers : []));
      return [
        ...compared(answers, digestsOf(context)),
        ...looks.flatMap((look) => ("away" in look ? look.away : [])),
      ];
    },
  });

export const podsAlike = podsAlikeBy(withPodForward);

/** A pod may go while it is asked. A right that is missing does not come by waiting. */
async function unlessAway(
  pod: string,
  namespace: string,
  ask: () => Promise<PodAnswers>,
): Promise<{ answers: PodAnswers } | { away: Finding }> {
  try {
    return { answers: await ask() };
  } catch (error) {
    const closed = error instanceof KubernetesError && error.status === 403;
    const away = error instanceof RegistryError || error instanceof KubernetesError;
    if (!away) throw error;
    if (!closed) return { away: late(`it cannot be asked: ${error.message}`, pod) };
    const hint = `Whoever looks needs the right to create on pods/portforward in ${namespace}: docs/security.md.`;
    return { away: { ...failed(error.message, pod), hint } };
  }
}

async function askPod(context: CheckContext, pod: string, url: string): Promise<PodAnswers> {
  // What is special about the usual way is not so on this one.
  const { connect: _, ca: __, ...known } = context.address;
  const address = { ...known, url };
  const clients: RegistryClient[] = [];
  const client = (credentials?: Credentials) => {
    const made = new RegistryClient({ ...address, ...(credentials && { credentials }) });
    clients.push(made);
    return made;
  };
  try {
    const own = { ...context, address, client };
    const refused = [await accountsAccepted.run(own)]
      .flat()
      .filter(({ status }) => status === "failed")
      .map(({ subject = "", detail }) => `${subject}: ${detail}`);
    const admin = refused.length > 0 ? undefined : asAdmin(own);
    if (admin === undefined) return { pod, refused };
    return { pod, refused, content: await contentOf(admin, context) };
  } finally {
    await Promise.all(clients.map((each) => each.close()));
  }
}

async function contentOf(admin: RegistryClient, context: CheckContext): Promise<PodContent> {
  const repositories = new Set<string>();
  const tags: PodContent["tags"] = new Map();
  for await (const repository of admin.catalog()) repositories.add(repository);
  const limit = pLimit(8);
  await Promise.all(
    seededImages(context).flatMap(({ repository, tags: names }) =>
      names.map((tag) =>
        limit(async () => {
          const held = await admin.headManifest(repository, tag);
          tags.set(`${repository}:${tag}`, held?.digest);
        }),
      ),
    ),
  );
  return { repositories, tags };
}

/** What was seeded under each tag: where pods differ, the one that has it is right. */
const digestsOf = (context: CheckContext) =>
  new Map(
    seededImages(context).flatMap(({ repository, tags, digest }) =>
      tags.map((tag) => [`${repository}:${tag}`, digest] as const),
    ),
  );

function compared(
  answers: readonly PodAnswers[],
  seeded: ReadonlyMap<string, string | undefined>,
): Finding[] {
  const asked = answers.flatMap(({ content }) => content ?? []);
  const everything = new Set(asked.flatMap(({ repositories }) => [...repositories]));
  const disputed = [...seeded].filter(
    ([tag]) => new Set(asked.map(({ tags }) => tags.get(tag))).size > 1,
  );
  return answers.map(({ pod, refused, content }) => {
    if (refused.length > 0) return late(some(refused), pod);
    if (content === undefined)
      return skipped("no admin's password is known: what it holds was not compared", pod);
    const { repositories, tags } = content;
    const missing = [...everything].filter((name) => !repositories.has(name));
    const other = disputed
      .map(([tag, digest]) => ({ tag, held: tags.get(tag), digest: digest ?? usual(asked, tag) }))
      .filter(({ held, digest }) => held !== digest)
      .map(
        ({ tag, held = "absent", digest = "absent" }) => `${tag} is ${held}, elsewhere ${digest}`,
      );
    const words = [...(missing.length === 0 ? [] : [`without ${some(missing)}`]), ...other];
    return words.length === 0
      ? passed(`${repositories.size} repositories, ${tags.size} declared tags, every account`, pod)
      : late(some(words), pod);
  });
}

/** What most pods have under a tag of which nobody knows what was seeded. */
function usual(contents: readonly PodContent[], tag: string): string | undefined {
  const held = contents.map(({ tags }) => tags.get(tag));
  const count = (digest: string | undefined) => held.filter((each) => each === digest).length;
  return held.reduce((most, each) => (count(each) > count(most) ? each : most));
}

/** The first three; a list of hundreds helps nobody. */
function some(words: readonly string[]): string {
  const more = words.length - 3;
  return `${words.slice(0, 3).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
