import { z } from "zod";
import { kindOf, type Target } from "../keys/delivery/allTargetKinds";
import { apiKeysSchema, targetsOf, type ApiKeyConfig, type DeliveryConfig } from "./apiKeys";
import { durationMilliseconds } from "../zot/duration";
import type { Problem } from "./problem";
import { found, pathText } from "./words";

type Key = ApiKeyConfig;
type Path = readonly (string | number)[];

/** A key that is right in itself, with its place in the stack file. */
interface Placed {
  at: number;
  key: Key;
}

/** A target, with its place in the stack file. */
interface PlacedTarget {
  target: Target;
  path: Path;
}

/** Rules between API keys, their targets and the rest of a stack file; looks at raw values. */
export function apiKeyProblems(raw: Readonly<Record<string, unknown>>): Problem[] {
  const list = Array.isArray(raw["apiKeys"]) ? (raw["apiKeys"] as unknown[]) : [];
  const placed = list.flatMap((value, at): Placed[] => {
    const { data } = apiKeysSchema.safeParse([value]);
    return data?.[0] === undefined ? [] : [{ at, key: data[0] }];
  });
  const pathOf = (at: number, index: number) => ["apiKeys", at, "deliver", index];
  const settings = placed.flatMap(({ at, key }) =>
    key.deliver.map((each, index) => ({ each, path: pathOf(at, index) })),
  );
  const targets = placed.flatMap(({ at, key }) =>
    // No rule here asks for the cluster's context.
    targetsOf(key, "").map((target, index) => ({ target, path: pathOf(at, index) })),
  );
  return [
    ...placed.flatMap(lifeProblem),
    ...namesTwice(placed),
    ...settings.flatMap(({ each, path }) => wrongSettings(each, path)),
    ...takenTwice(targets, raw),
    ...tokenProblems(targets, raw["deliveryTokens"], list.length === placed.length),
  ];
}

function lifeProblem({ at, key: { renewBefore, expiresAfter } }: Placed): Problem[] {
  if (durationMilliseconds(renewBefore) < durationMilliseconds(expiresAfter)) return [];
  return [
    {
      path: pathText(["apiKeys", at, "renewBefore"]),
      found: `${found(renewBefore)}, of a key that lives ${expiresAfter}`,
      allowed: `less than ${expiresAfter}`,
      hint: "it would be renewed by every refresh",
    },
  ];
}

function namesTwice(placed: readonly Placed[]): Problem[] {
  return placed.flatMap(({ at, key: { name } }, position) => {
    const first = placed.slice(0, position).find(({ key }) => key.name === name);
    if (first === undefined) return [];
    const where = pathText(["apiKeys", first.at, "name"]);
    return [
      {
        path: pathText(["apiKeys", at, "name"]),
        found: `${found(name)}, the name at ${where} too`,
        allowed: "a name of its own for each key",
      },
    ];
  });
}

function wrongSettings(settings: DeliveryConfig, path: Path): Problem[] {
  const wrong = kindOf(settings)?.wrongSettings?.(settings) ?? [];
  return wrong.map(({ key, value, because, allowed }) => ({
    path: pathText([...path, key]),
    found: because === undefined ? found(value) : `${found(value)} ${because}`,
    allowed,
  }));
}

/** What a target takes for itself: nothing else may write there. */
function takenTwice(
  targets: readonly PlacedTarget[],
  raw: Readonly<Record<string, unknown>>,
): Problem[] {
  const owners = new Map(ownSecrets(raw));
  return targets.flatMap(({ target, path }) =>
    (kindOf(target)?.places(target) ?? []).flatMap((place) => {
      const owner = owners.get(place);
      owners.set(place, owner ?? pathText(path));
      if (owner === undefined) return [];
      return [
        {
          path: pathText(path),
          found: `${place}, which ${owner} writes`,
          allowed: "a place of its own for each key",
        },
      ];
    }),
  );
}

/** The Secrets that the deployment makes for itself. */
function ownSecrets(raw: Readonly<Record<string, unknown>>): [string, string][] {
  const namespaces = z
    .array(z.looseObject({ namespace: z.string() }))
    .catch([])
    .parse(raw["pullSecrets"]);
  const { namespace } = z
    .looseObject({ namespace: z.string().default("zot") })
    .catch({ namespace: "zot" })
    .parse(raw["registry"] ?? {});
  return [
    [`the Secret ${namespace}/zot-secret`, "the registry itself"],
    ...namespaces.map(({ namespace: place }): [string, string] => [
      `the Secret ${place}/zot-pull-secret`,
      pathText(["pullSecrets"]),
    ]),
  ];
}

function tokenProblems(
  targets: readonly PlacedTarget[],
  raw: unknown,
  allKeysRead: boolean,
): Problem[] {
  const { data: tokens } = z.record(z.string(), z.unknown()).optional().safeParse(raw);
  const known = Object.keys(tokens ?? {});
  const needed = targets.flatMap(({ target, path }) => {
    const host = kindOf(target)?.tokenName?.(target);
    return host === undefined ? [] : [{ host, path }];
  });
  const missing = needed
    .filter(({ host }) => !known.includes(host))
    .map(({ host, path }) => ({
      path: pathText(path),
      found: `a target at ${host}, and no token for it`,
      allowed: `a target whose token is in ${pathText(["deliveryTokens"])}`,
      hint: `pulumi config set --secret deliveryTokens '{"${host}": "…"}'`,
    }));
  const needless = known
    .filter((host) => allKeysRead && !needed.some((each) => each.host === host))
    .map((host) => ({
      path: pathText(["deliveryTokens", host]),
      found: found(""),
      allowed: "nothing: no key is delivered there",
    }));
  return [...missing, ...needless];
}
