import { z } from "zod";
import { forgeSecrets } from "../keys/delivery/forgeSecrets";
import { tokenNameOf } from "../keys/delivery/target";
import { apiKeysSchema, type ApiKeyConfig } from "./apiKeys";
import type { DeliveryConfig } from "./delivery";
import type { Problem } from "./problem";
import { found, pathText } from "./words";

type Key = ApiKeyConfig;
type Path = readonly (string | number)[];

/** A key that is right in itself, with its place in the stack file. */
interface Placed {
  at: number;
  key: Key;
}

/** Rules between API keys, their targets and the rest of a stack file; looks at raw values. */
export function apiKeyProblems(raw: Readonly<Record<string, unknown>>): Problem[] {
  const list = Array.isArray(raw["apiKeys"]) ? (raw["apiKeys"] as unknown[]) : [];
  const placed = list.flatMap((value, at): Placed[] => {
    const { data } = apiKeysSchema.safeParse([value]);
    return data?.[0] === undefined ? [] : [{ at, key: data[0] }];
  });
  const targets = placed.flatMap(({ at, key }) =>
    key.deliver.map((target, index) => ({ target, path: ["apiKeys", at, "deliver", index] })),
  );
  return [
    ...placed.flatMap(lifeProblem),
    ...namesTwice(placed),
    ...targets.flatMap(({ target, path }) => ownerProblem(target, path)),
    ...takenTwice(targets, raw),
    ...tokenProblems(targets, raw["deliveryTokens"], list.length === placed.length),
  ];
}

function lifeProblem({ at, key: { renewBeforeDays, expiresAfterDays } }: Placed): Problem[] {
  if (renewBeforeDays < expiresAfterDays) return [];
  return [
    {
      path: pathText(["apiKeys", at, "renewBeforeDays"]),
      found: `${found(renewBeforeDays)}, of a key that lives ${expiresAfterDays} days`,
      allowed: `a whole number from 0 to ${expiresAfterDays - 1}`,
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

function ownerProblem(target: DeliveryConfig, path: Path): Problem[] {
  if (target.to !== "forgejo" && target.to !== "github") return [];
  const { repository, organization } = target;
  if ((repository === undefined) !== (organization === undefined)) return [];
  return [
    {
      path: pathText([...path, "repository"]),
      found: repository === undefined ? "nothing" : `${found(repository)} beside organization`,
      allowed: "either repository (owner/name) or organization",
    },
  ];
}

/** What a target takes for itself: nothing else may write there. */
function placesOf(target: DeliveryConfig): string[] {
  if (target.to === "kubernetes") return [`the Secret ${target.namespace}/${target.name}`];
  if (target.to === "file") return [`the file ${target.path.replace(/^(?:\.\/)+/, "")}`];
  const owner = target.repository ?? target.organization ?? "";
  // Neither forge looks at the case of owners, repositories and secrets.
  const login = { host: "", username: "", password: "" };
  return forgeSecrets(target, login).map(({ name }) =>
    `the secret ${name} of ${owner} at ${target.url}`.toLowerCase(),
  );
}

function takenTwice(
  targets: readonly { target: DeliveryConfig; path: Path }[],
  raw: Readonly<Record<string, unknown>>,
): Problem[] {
  const owners = new Map(ownSecrets(raw));
  return targets.flatMap(({ target, path }) =>
    placesOf(target).flatMap((place) => {
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
  targets: readonly { target: DeliveryConfig; path: Path }[],
  raw: unknown,
  allKeysRead: boolean,
): Problem[] {
  const { data: tokens } = z.record(z.string(), z.unknown()).optional().safeParse(raw);
  const known = Object.keys(tokens ?? {});
  const forges = targets.flatMap(({ target, path }) =>
    target.to === "forgejo" || target.to === "github" ? [{ host: tokenNameOf(target), path }] : [],
  );
  const missing = forges
    .filter(({ host }) => !known.includes(host))
    .map(({ host, path }) => ({
      path: pathText(path),
      found: `a target at ${host}, and no token for it`,
      allowed: `a target whose token is in ${pathText(["deliveryTokens"])}`,
      hint: `pulumi config set --secret deliveryTokens '{"${host}": "…"}'`,
    }));
  const needless = known
    .filter((host) => allKeysRead && !forges.some((each) => each.host === host))
    .map((host) => ({
      path: pathText(["deliveryTokens", host]),
      found: found(""),
      allowed: "nothing: no key is delivered there",
    }));
  return [...missing, ...needless];
}
