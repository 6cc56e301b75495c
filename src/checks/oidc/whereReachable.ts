import type { Check, CheckContext, DeclaredOidc, Finding } from "../check";
import { skipped } from "../outcomes";

type Look = (context: CheckContext, oidc: DeclaredOidc) => Promise<Finding | Finding[]>;

/** A look at the way people sign in, where there is one. */
export function whereDeclared(look: Look): Check["run"] {
  return (context) =>
    context.oidc === undefined
      ? Promise.resolve(skipped("no identity provider is declared"))
      : look(context, context.oidc);
}

/** A look at the provider itself, where it may be asked from here. */
export function whereReachable(look: Look): Check["run"] {
  return whereDeclared((context, oidc) =>
    oidc.reachable
      ? look(context, oidc)
      : Promise.resolve(skipped("zot-fleet:oidc.checkIssuer is false: it is not asked from here")),
  );
}
