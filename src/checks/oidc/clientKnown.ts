import type { RawAnswer } from "../../registry/client";
import type { Check, DeclaredOidc, Finding } from "../check";
import { failed, late, passed, skipped } from "../outcomes";
import { askProvider, errorNamed } from "./provider";
import { addressOf, askSignIn, target } from "./signIn";
import { whereReachable } from "./whereReachable";

/** A provider answers them to a client that it knows, at a callback that it knows (OpenID Connect Core 1.0, 3.1.2.6). */
const wouldAsk = /^(?:login|interaction|consent|account_selection)_required$/;

export const clientKnown: Check = {
  code: "ZF604",
  title: "the provider knows the client and its callback",
  hint: "Register the callback at the provider, to the letter, for the client that zot-fleet:oidc.clientId names.",
  why: "It is asked to sign somebody in without a question (prompt=none). It sends such a request back to a callback that it knows, and to no other.",
  lag: 10_000,
  run: whereReachable(async (context, oidc) => {
    const sent = target(await askSignIn(context));
    if (sent === undefined) return skipped("the registry does not lead to it: see ZF603");
    return clientFound(sent, oidc);
  }),
};

/** What the provider says to a request to sign somebody in. */
export async function clientFound(request: URL, oidc: DeclaredOidc): Promise<Finding> {
  const silent = new URL(request);
  silent.searchParams.set("prompt", "none");
  const finding = judged(await askProvider(silent.href, oidc, { method: "GET" }), oidc);
  return finding.status === "failed" ? { ...finding, hint: hintFor(oidc) } : finding;
}

function judged(answer: RawAnswer, oidc: DeclaredOidc): Finding {
  const { status } = answer;
  if (status >= 500) return late(`it answers ${status}`);
  if (status >= 400) {
    const named = errorNamed(answer);
    return failed(
      `it answers ${status}${named === undefined ? "" : ` ${named}`} to ${oidc.clientId} with the callback ${oidc.callback}`,
    );
  }
  const back = target(answer);
  if (back === undefined || addressOf(back) !== oidc.callback) {
    const what = back === undefined ? `answers ${status}` : `goes on to ${addressOf(back)}`;
    return skipped(`it ${what} where it was not to ask anybody: it cannot be told`);
  }
  const error = back.searchParams.get("error") ?? "";
  if (wouldAsk.test(error)) return passed(`${oidc.clientId}, back to ${oidc.callback}: ${error}`);
  return failed(`it sends ${oidc.clientId} back with ${errorWords(error)}`);
}

/** What a provider writes is shown where it is one of the protocol's words. */
const errorWords = (error: string) =>
  /^[a-z_]{1,60}$/.test(error) ? `the error ${error}` : "no error that OpenID Connect knows";

const hintFor = ({ clientId, callback, scopes }: DeclaredOidc) =>
  `Register ${callback} at the provider, to the letter, as the callback of ${clientId}, and allow it the scopes ${scopes.join(", ")}.`;
