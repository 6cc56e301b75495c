import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { json } from "node:stream/consumers";
import sodium from "libsodium-wrappers";

/** A forge as its documentation has it: what it holds, and what it answers. */
export interface FakeForge {
  listener: RequestListener;
  /** Secrets by their path, such as `/repos/team/app/actions/secrets/KEY`, as the workflows would read them. */
  secrets: Map<string, string>;
  /** Bodies of the requests that wrote, as they came. */
  written: unknown[];
}

interface ForgeOptions {
  token: string;
  /** `/repos/owner/name` and `/orgs/name` that are there. */
  owners: readonly string[];
  /** Of these the token may not write secrets. */
  forbidden?: readonly string[];
}

type Answer = [status: number, body?: object];

/**
 * GitHub, by docs.github.com/rest/actions/secrets (2022-11-28): a public key for each owner, values sealed for it, and for an
 * organization's secret who may see it. Opened with the private key, as GitHub does.
 */
export async function fakeGitHub(options: ForgeOptions): Promise<FakeForge> {
  await sodium.ready;
  const { ORIGINAL } = sodium.base64_variants;
  const pair = sodium.crypto_box_keypair();
  const keyId = "568250167242549743";
  return forge(options, "", (authorization) => authorization === `Bearer ${options.token}`, {
    missing: [401, { message: "Bad credentials" }],
    forbidden: [403, { message: "Resource not accessible by personal access token" }],
    before: ({ headers }) => {
      if (headers["user-agent"] === undefined)
        return [403, { message: "Request forbidden by administrative rules." }];
      return headers["x-github-api-version"] === "2022-11-28"
        ? undefined
        : [400, { message: "API version is not supported" }];
    },
    publicKey: { key_id: keyId, key: sodium.to_base64(pair.publicKey, ORIGINAL) },
    open: (body, path) => {
      const { encrypted_value, key_id, visibility } = body as Record<string, string | undefined>;
      if (path.startsWith("/orgs/") && !["all", "private", "selected"].includes(visibility ?? ""))
        return [422, { message: 'Invalid request. "visibility" wasn\'t supplied.' }];
      if (key_id !== keyId) return [422, { message: "Bad request - key_id is not the latest" }];
      try {
        const sealed = sodium.from_base64(encrypted_value ?? "", ORIGINAL);
        return sodium.to_string(
          sodium.crypto_box_seal_open(sealed, pair.publicKey, pair.privateKey),
        );
      } catch {
        return [422, { message: "Bad request - encrypted_value is not sealed for the key" }];
      }
    },
  });
}

/** Forgejo, by its API reference (`updateRepoSecret`, `updateOrgSecret`): the value as it is, in `data`. */
export function fakeForgejo(options: ForgeOptions): FakeForge {
  return forge(options, "/api/v1", (authorization) => authorization === `token ${options.token}`, {
    missing: [401, { message: "invalid username, password or token" }],
    forbidden: [
      403,
      { message: "token does not have at least one of required scope(s): [write:repository]" },
    ],
    before: () => undefined,
    open: (body) => {
      const { data } = body as { data?: unknown };
      return typeof data === "string" && data !== ""
        ? data
        : [422, { message: "[Data]: Required" }];
    },
  });
}

interface Habits {
  missing: Answer;
  forbidden: Answer;
  before: (request: IncomingMessage) => Answer | undefined;
  publicKey?: object;
  /** The value in a body, or a refusal. */
  open: (body: unknown, path: string) => string | Answer;
}

function forge(
  { owners, forbidden = [] }: ForgeOptions,
  base: string,
  isKnown: (authorization: string | undefined) => boolean,
  habits: Habits,
): FakeForge {
  const secrets = new Map<string, string>();
  const written: unknown[] = [];
  async function answerTo(request: IncomingMessage): Promise<Answer> {
    const { method = "", url = "", headers } = request;
    if (!url.startsWith(`${base}/`)) return [404, { message: "Not Found" }];
    const path = url.slice(base.length);
    const refused = habits.before(request);
    if (refused !== undefined) return refused;
    if (!isKnown(headers.authorization)) return habits.missing;
    const [, owner = "", name = ""] = /^(\/.+)\/actions\/secrets\/([\w-]+)$/.exec(path) ?? [];
    if (!owners.includes(owner)) return [404, { message: "Not Found" }];
    if (forbidden.includes(owner)) return habits.forbidden;
    if (method === "GET" && name === "public-key" && habits.publicKey !== undefined)
      return [200, habits.publicKey];
    if (method !== "PUT") return [405, { message: "Method Not Allowed" }];
    const body: unknown = await json(request);
    written.push(body);
    if (!/^(?!GITHUB_)[A-Z_][A-Z0-9_]*$/i.test(name))
      return [422, { message: "Secret names can only contain alphanumeric characters" }];
    const value = habits.open(body, path);
    if (typeof value !== "string") return value;
    const status = secrets.has(path) ? 204 : 201;
    secrets.set(path, value);
    return status === 201 ? [status, {}] : [status];
  }
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    void answerTo(request).then(([status, body]) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(body === undefined ? undefined : JSON.stringify(body));
    });
  };
  return { listener, secrets, written };
}
