/** What every key of ours begins with; those that people make are never touched while their account stays. */
const prefix = "zot-fleet:";

/** The label of a declared key in its registry: it finds a key again that no state knows. */
export const labelOf = (cluster: string, name: string): string => `${prefix}${cluster}/${name}`;

/** Whether a key was made by a deployment. */
export const isOurs = (label: string): boolean => label.startsWith(prefix);

/** The label of a key that stands in for a password that is about to be unknown: it revokes the account's others, then itself. */
export const revocationLabel = `${prefix}revocation`;
