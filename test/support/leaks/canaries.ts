import { randomBytes } from "node:crypto";
import { hashSync } from "bcryptjs";
import { revealed } from "../lifecycle/clients";

/**
 * A value that is nowhere else: what it begins and ends with is found in any spelling, and so is either half; between them stands what
 * spellings differ in.
 */
function canary(between = `"<&' +/%\\é:`): string {
  const part = () => `leak${randomBytes(6).toString("hex")}`;
  return `${part()}${between}${part()}`;
}

/** A canary for every kind of secret that is given, by what it is. */
export function givenCanaries() {
  const line = hashSync(canary(), 4);
  return {
    adminPassword: canary(),
    "adminPassword as a line": `admin:${line}`,
    oidcClientSecret: canary(),
    "password of an upstream": canary(),
    "password of a source": canary(),
    "token of a forge": canary("_"),
    "s3Credentials, accessKeyId": canary("_"),
    "s3Credentials, secretAccessKey": canary("+/"),
    redisPassword: canary(),
    // Text of a header: no more than ASCII.
    "token of the kubeconfig": canary("-_."),
    passphrase: canary(),
    "a wrong passphrase": canary(),
    "password on standard input": canary(),
    "password of npm run local": canary(),
    "token of somebody else's in the environment": canary("_"),
  } satisfies Record<string, string>;
}

interface StateResource {
  type: string;
  urn: string;
  outputs?: Record<string, unknown>;
}

/** What a deployment has made, from a state that shows its secrets: passwords, lines, API keys, the keys of sessions. */
export function madeSecrets(state: string): Record<string, string> {
  const { deployment } = JSON.parse(state) as { deployment: { resources?: StateResource[] } };
  const made = (deployment.resources ?? []).flatMap(({ type, urn, outputs }) => {
    const kind = type.split(":").at(-1) ?? "";
    const name = urn.split("::").at(-1) ?? "";
    return ofKind(kind, revealed(outputs ?? {}) as Record<string, unknown>).map(
      ([what, value]) => [`${what} of ${name}`, value] as const,
    );
  });
  return Object.fromEntries(made);
}

function ofKind(kind: string, outputs: Record<string, unknown>): [what: string, value: string][] {
  const text = (key: string, what: string): [string, string][] =>
    typeof outputs[key] === "string" ? [[what, outputs[key]]] : [];
  if (kind === "Account") return [...text("plainPassword", "password"), ...text("entry", "line")];
  if (kind === "SessionKeys")
    return [...text("hashKey", "hash key"), ...text("encryptKey", "encryption key")];
  if (kind !== "ApiKey") return [];
  const keys = (outputs["keys"] ?? []) as { id: string; password: string }[];
  return keys.map(({ id, password }) => [`API key ${id}`, password]);
}
