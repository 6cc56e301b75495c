import { z } from "zod";
import { accessProblems, accessSchema } from "./access";
import { adminPasswordSchema } from "./accounts";
import { apiKeyProblems } from "./apiKeyProblems";
import { apiKeysSchema, deliveryTokensSchema, revokeKeysSchema } from "./apiKeys";
import { checksSchema } from "./checks";
import { aliasProblems, clusterSchema } from "./cluster";
import { endpointProblems, endpointSchema } from "./endpoint";
import { monitoringProblems, monitoringSchema } from "./monitoring";
import { oidcClientSecretSchema, oidcProblems, oidcSchema } from "./oidc";
import { ConfigError, schemaProblems, type Problem } from "./problem";
import { namespaceClashes, pullSecretsSchema } from "./pullSecrets";
import { chartSchema, registrySchema } from "./registry";
import { renewalProblems, renewalSchema } from "./renewal";
import { retentionProblems, retentionSchema } from "./retention";
import { rotationSchema } from "./rotation";
import { secrets } from "./rules";
import { bare } from "./schemaTree";
import { compressionSchema, seedClashes, seedsSchema } from "./seeds";
import { sharedStorageProblems } from "./sharedStorage";
import { sourcePasswordsSchema, sourceProblems, sourcesSchema } from "./sources";
import { redisPasswordSchema, s3CredentialsSchema } from "./storage";
import { inTodaysWords } from "./todaysWords";
import { passwordProblems, upstreamPasswordsSchema, upstreamsSchema } from "./upstreams";
import { pathText } from "./words";
import { zotSchema, zotVersionProblems } from "./zot";

/** Everything that a stack file may say; each key is written with `zot-fleet:` before it. */
export const stackSchema = z.strictObject({
  cluster: clusterSchema,
  adminPassword: adminPasswordSchema.optional(),
  zot: zotSchema.prefault({}),
  seeds: seedsSchema,
  sources: sourcesSchema,
  sourcePasswords: sourcePasswordsSchema.optional(),
  compression: compressionSchema,
  pullSecrets: pullSecretsSchema,
  access: accessSchema.prefault({}),
  upstreams: upstreamsSchema,
  upstreamPasswords: upstreamPasswordsSchema.optional(),
  retention: retentionSchema.optional(),
  oidc: oidcSchema.optional(),
  oidcClientSecret: oidcClientSecretSchema.optional(),
  apiKeys: apiKeysSchema,
  deliveryTokens: deliveryTokensSchema.optional(),
  revokeKeys: revokeKeysSchema,
  rotation: rotationSchema,
  renewal: renewalSchema.prefault({}),
  registry: registrySchema.prefault({}),
  s3Credentials: s3CredentialsSchema.optional(),
  redisPassword: redisPasswordSchema.optional(),
  chart: chartSchema.prefault({}),
  endpoint: endpointSchema.optional(),
  checks: checksSchema.prefault({}),
  monitoring: monitoringSchema.optional(),
});

/** A stack file with its defaults filled in. */
export type StackConfig = z.output<typeof stackSchema>;

/** Rules between values; each looks at raw values and stays silent about what the schema tells. */
const crossChecks: ((raw: Record<string, unknown>) => Problem[])[] = [
  (raw) => seedClashes(raw["seeds"]),
  (raw) => namespaceClashes(raw),
  aliasProblems,
  (raw) => endpointProblems(raw["endpoint"]),
  (raw) => zotVersionProblems(raw["zot"]),
  accessProblems,
  sourceProblems,
  passwordProblems,
  retentionProblems,
  oidcProblems,
  apiKeyProblems,
  renewalProblems,
  sharedStorageProblems,
  monitoringProblems,
];

/** Top-level keys whose values no error may show. */
export const secretKeys: ReadonlySet<string> = new Set(
  Object.entries(stackSchema.shape)
    .filter(([, schema]) => secrets.get(bare(schema))?.secret === true)
    .map(([key]) => key),
);

/**
 * Checks a stack file and fills in its defaults.
 *
 * @param given the values of the top-level keys, without `zot-fleet:`, parsed from JSON; secrets as plain text
 * @param alsoSecret more top-level keys whose values no error may show
 * @param warn is told of each old word. Default: nobody is
 * @throws ConfigError with everything that is wrong; never with a secret's value
 */
export function parseStackConfig(
  given: Readonly<Record<string, unknown>>,
  alsoSecret: Iterable<string> = [],
  warn: (warning: string) => void = () => undefined,
): StackConfig {
  const hidden = [...secretKeys, ...alsoSecret];
  const { raw, warnings } = inTodaysWords(given, (key) => hidden.includes(key));
  warnings.forEach(warn);
  const problems = [
    ...schemaProblems(stackSchema, raw),
    ...crossChecks.flatMap((check) => check(raw)),
  ];
  if (problems.length > 0)
    throw new ConfigError(problems.map((problem) => withoutSecret(problem, hidden)));
  return stackSchema.parse(raw);
}

/**
 * Rules may stay: only what was found comes from the value. Hints may for what has to be secret; elsewhere one may tell of a value
 * that is encrypted all the same, or of another.
 */
function withoutSecret({ hint, ...problem }: Problem, hidden: readonly string[]): Problem {
  const key = hidden.find((each) => isWithin(problem.path, pathText([each])));
  const mayHint = hint !== undefined && (key === undefined || secretKeys.has(key));
  const secret = key !== undefined && problem.found !== "nothing";
  return {
    ...problem,
    ...(secret ? { found: "a secret value, which is not shown" } : {}),
    ...(mayHint ? { hint } : {}),
  };
}

function isWithin(path: string, top: string): boolean {
  return path === top || path.startsWith(`${top}.`) || path.startsWith(`${top}[`);
}
