import type { Snapshot } from "./snapshot";

/** The error text of a tool, or an empty one. */
export const errorOf = ({ errorText = "" }: Snapshot) => errorText;

/** Whether a host name is what kept somebody from the registry. */
export const leadsNowhere = (message: string) => /DNS|no route/.test(message);

const unaccepted =
  /\b401\b|unauthorized|authorization failed|no basic auth|authentication required/i;

/**
 * The words that say that credentials are not accepted, which Zot answers with 401 and nothing else: 403 is for an account
 * that it knows (pkg/common/http_server.go, AuthzFail). "denied" alone is not among them.
 */
export const unacceptedIn = (message = ""): string | undefined => unaccepted.exec(message)?.[0];

/** Whether a pull was refused, because of its credentials or of what their account may do. */
export const isRefusal = (message = "") =>
  unacceptedIn(message) !== undefined || /\b403\b|denied/i.test(message);
