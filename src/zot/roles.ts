/** What an account may do. admin: everything. ci: pull, and push what is new. puller: pull. metrics: read the metrics, and nothing else. */
export const roles = ["admin", "ci", "puller", "metrics"] as const;
export type Role = (typeof roles)[number];

/** What states call them, which no version changes, and what everybody called them before. */
const stored = { admin: "admin", ci: "pusher", puller: "reader", metrics: "scraper" } as const;
export type StoredRole = (typeof stored)[Role];

/** Every word that stands for a role. */
export const roleWords = [...new Set([...roles, ...Object.values(stored)])];

/** As states have it. */
export const storedRole = (word: Role | StoredRole): StoredRole => stored[roleOf(word)];

/**
 * As people have it.
 *
 * @throws RangeError for a word that stands for none
 */
export function roleOf(word: Role | StoredRole): Role {
  const found = roles.find((role) => role === word || stored[role] === word);
  if (found === undefined)
    throw new RangeError(`${word} is no role: there are ${roles.join(", ")}`);
  return found;
}
