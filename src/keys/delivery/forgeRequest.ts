import { setTimeout as sleep } from "node:timers/promises";
import { request, type Agent } from "undici";
import { z } from "zod";
import { readBody } from "../../registry/body";
import { messageOf } from "../../registry/exchange";
import { buildAgent, readNetworkError } from "../../registry/network";
import { readProxies } from "../../registry/proxy";
import { Secrets } from "../../registry/redact";
import { backoff, isRetriedStatus } from "../../registry/retry";
import { userAgent } from "../../system/version";
import { DeliveryError } from "./targetKind";

/** One request of a forge's API. */
export interface ForgeRequest {
  method: "GET" | "PUT" | "POST";
  /** The API, without a slash at its end. */
  api: string;
  path: string;
  headers: Readonly<Record<string, string>>;
  body?: object;
  /** The token, and all that is in the body: no error shows it. */
  hidden: readonly string[];
  /** What a status means here, beyond its name. */
  hints: Readonly<Record<number, string>>;
}

const timeoutMs = 30_000;
const mostBytes = 64 * 1024;
const tries = 3;

/**
 * The body of a 2xx answer. Writing a secret twice is writing it once, so everything is tried again after a failure that may pass.
 *
 * @throws DeliveryError that names the request and what to do; after a lost answer to a PUT the secret may be there
 */
export async function askForge(asked: ForgeRequest): Promise<Buffer> {
  for (let attempt = 0; ; attempt++) {
    const { answer, again, status } = await once(asked);
    if (typeof answer !== "string") return answer;
    if (!again || attempt + 1 === tries) throw new DeliveryError(answer, status);
    await sleep(backoff(attempt));
  }
}

/** Texts of the answer's JSON, by their names. @throws DeliveryError */
export async function readTexts<Name extends string>(
  asked: ForgeRequest,
  names: readonly Name[],
): Promise<Record<Name, string>> {
  const shape = z.looseObject(Object.fromEntries(names.map((name) => [name, z.string()])));
  const { data, success } = shape.safeParse(json(await askForge(asked)));
  if (!success) throw new DeliveryError(`${nameOf(asked)}: the answer is not what a forge says`);
  return data as Record<Name, string>;
}

async function once(
  asked: ForgeRequest,
): Promise<{ answer: Buffer | string; again: boolean; status?: number }> {
  const { method, api, path, headers, body, hidden, hints } = asked;
  const secrets = new Secrets();
  for (const text of hidden) secrets.add(text);
  const dispatcher = agentFor(api);
  try {
    const answer = await request(`${api}${path}`, {
      method,
      dispatcher,
      headers: {
        accept: "application/json",
        "user-agent": userAgent,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const { statusCode: status } = answer;
    const bytes = await readBody(answer.body, {
      maxBytes: mostBytes,
      deadlineMs: timeoutMs,
      beyond: "cut",
    });
    if (status >= 200 && status < 300) return { answer: bytes, again: false };
    const says = secrets.clean(saidIn(bytes), 200);
    const more = [says, hints[status] ?? general[status]].filter((part) => part);
    const words = `${nameOf(asked)}: ${status}${more.length === 0 ? "" : ` (${more.join("; ")})`}`;
    return { answer: words, again: isRetriedStatus(status, "safely"), status };
  } catch (error) {
    const failure = readNetworkError(error);
    const words = failure?.message ?? messageOf(error);
    return {
      answer: secrets.clean(`${nameOf(asked)}: ${words}`),
      again: failure?.passing ?? false,
    };
  } finally {
    void dispatcher.close();
  }
}

/** Through the proxy that the environment names, as everything else that is not http. */
function agentFor(api: string): Agent {
  const { origin, hostname } = new URL(api);
  const address = { origin, hostname };
  const proxies = readProxies();
  return buildAgent({ address, proxies, ca: undefined, timeoutMs, connections: 1 });
}

const general: Readonly<Record<number, string>> = {
  301: "it is elsewhere: correct url, which is not followed with a token",
  302: "it is elsewhere: correct url, which is not followed with a token",
  401: "the token in deliveryTokens is not valid, or has expired",
};

const nameOf = ({ method, api, path }: ForgeRequest) => `${method} ${api}${path}`;

/** Both forges say what is wrong as `{message}`. */
function saidIn(body: Buffer): string {
  const said = json(body);
  return typeof said === "object" && said !== null && "message" in said ? String(said.message) : "";
}

function json(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8")) as unknown;
  } catch {
    return undefined;
  }
}
