import { unreachableReason, type Endpoint } from "../../cluster/endpoint";
import { messageOf } from "../../registry/exchange";
import { progress } from "../progress";

/** Milliseconds for which an answer is believed: a refresh asks for each of hundreds of resources. */
const believedMs = 30_000;

const looks = new Map<string, { since: number; answer: Promise<string | undefined> }>();

/** Why a registry does not answer now; undefined where it does. Looks that are close together are one. */
export function recentUnreachableReason(endpoint: Endpoint): Promise<string | undefined> {
  const key = JSON.stringify(endpoint);
  const known = looks.get(key);
  if (known !== undefined && Date.now() - known.since < believedMs) return known.answer;
  const answer = unreachableReason(endpoint);
  looks.set(key, { since: Date.now(), answer });
  return answer;
}

/**
 * What a refresh looks at in a registry. One that is away says nothing of what it holds: the refresh tells so and goes on, and the
 * reason goes into the state, so that the next deployment looks again.
 *
 * @param look what is found; what it throws is a reason as well
 * @param missed what the state says after a look that failed
 */
export async function readForRefresh<T>(
  { what, endpoint }: { what: string; endpoint: Endpoint },
  look: () => Promise<T>,
  missed: (reason: string) => T,
): Promise<T> {
  let reason: string;
  try {
    const away = await recentUnreachableReason(endpoint);
    if (away === undefined) return await look();
    reason = away;
  } catch (error) {
    reason = messageOf(error);
  }
  const problem = `a refresh could not look at it: ${reason}`;
  progress.say(`${what}: ${problem}. The next deployment looks again.`);
  return missed(problem);
}

/**
 * The state of what only a deployment looks at: with the reason where a refresh found the registry away, until it has looked.
 *
 * @param look throws what else keeps a deployment from being as it was. Default: nothing does
 */
export async function unseenIn<T extends { endpoint: Endpoint; unseen?: string }>(
  what: string,
  props: T,
  look: () => Promise<void> = () => Promise.resolve(),
): Promise<T> {
  const unseen = await readForRefresh<string | undefined>(
    { what, endpoint: props.endpoint },
    async () => {
      await look();
      return undefined;
    },
    (reason) => reason,
  );
  return unseen === undefined ? props : { ...props, unseen };
}
