import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { Verified } from "../../src/checks/runVerification";
import { emptyLock, formatLock, lockFile, type SeedLock } from "../../src/seeding/lock";
import { storedRole } from "../../src/zot/roles";
import type { StateResource } from "../../src/reports/status/stateFacts";

/** A secret as `pulumi stack export --show-secrets` writes it. */
const secret = (value: unknown) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  plaintext: JSON.stringify(value),
});

const type = (name: string) => `pulumi-nodejs:dynamic/zot-fleet:${name}`;

const stackType = "pulumi:pulumi:Stack";

/** What a deployment leaves in the state, as far as this project reads it. */
export interface DeployedStack {
  asked: Verified;
  /** RFC 3339: when the passwords were made. */
  since: string;
  rotation?: { begun: number; handedOut: number };
  /** The platforms' canonical configs, by repository. */
  configs?: Readonly<Record<string, string>>;
  keys?: { label: string; expiresAt: string }[];
}

/** The resources that a deployment of this project leaves, secrets as the export has them. */
export function resourcesOf(deployed: DeployedStack, stack = "ottawa"): StateResource[] {
  const { asked, since, rotation, configs = {}, keys = [] } = deployed;
  const urn = (kind: string, name: string) => `urn:pulumi:${stack}::zot-fleet::${kind}::${name}`;
  const resource = (kind: string, name: string, outputs: Record<string, unknown>) => ({
    type: type(kind),
    urn: urn(type(kind), name),
    inputs: outputs,
    outputs,
    created: "2026-01-01T00:00:00Z",
    modified: since,
  });
  const accounts = asked.accounts.map((each) => ({ ...each, role: storedRole(each.role) }));
  return [
    { type: stackType, urn: urn(stackType, `zot-fleet-${stack}`) },
    ...asked.accounts.map(({ username, password }) =>
      resource("Account", username, { username, plainPassword: secret(password) }),
    ),
    ...(rotation === undefined
      ? []
      : [
          resource("Rotation", "rotation", { rotation: rotation.begun }),
          resource("Rotation", "rotation-handed-out", { rotation: rotation.handedOut }),
        ]),
    ...asked.images.map(({ repository, tags, digest }) =>
      resource("Seed", repository, {
        repository,
        tags,
        digest: digest ?? null,
        platforms: [{ platform: "linux/amd64", config: configs[repository] ?? "" }],
      }),
    ),
    ...keys.map((key) => resource("ApiKey", key.label, { ...key, apiKey: secret("zak_hidden") })),
    resource("Verification", "registry", { ...asked, accounts: secret(accounts) }),
  ];
}

/** A project with stack files and a `pulumi` that gives their states, as the real one does. */
export class FleetProject {
  constructor(readonly folder: string) {
    mkdirSync(join(folder, "stacks"), { recursive: true });
    writeFileSync(
      join(folder, "Pulumi.yaml"),
      "name: zot-fleet\nruntime: nodejs\nstackConfigDir: stacks\n",
    );
    this.lock(emptyLock);
    const script = [
      "#!/bin/sh",
      'for name; do stack="$name"; done',
      `state="${folder}/state-$stack.json"`,
      '[ -f "$state" ] && exec cat "$state"',
      `echo "error: no stack named '$stack' found" >&2; exit 255`,
    ];
    writeFileSync(join(folder, "pulumi"), `${script.join("\n")}\n`);
    chmodSync(join(folder, "pulumi"), 0o755);
  }

  /** An environment in which that `pulumi` is the one on PATH. */
  get environment(): Record<string, string> {
    return { PATH: `${this.folder}${delimiter}${process.env["PATH"] ?? ""}` };
  }

  lock(lock: SeedLock): void {
    writeFileSync(join(this.folder, lockFile), formatLock(lock));
  }

  /** Writes a stack file: JSON is YAML. */
  file(stack: string, config: Record<string, unknown>): void {
    const named = Object.entries(config).map(([key, value]) => [`zot-fleet:${key}`, value]);
    const text = JSON.stringify({ config: Object.fromEntries(named) as object });
    writeFileSync(join(this.folder, "stacks", `Pulumi.${stack}.yaml`), text);
  }

  state(stack: string, deployed: DeployedStack): void {
    const state = { version: 3, deployment: { resources: resourcesOf(deployed, stack) } };
    writeFileSync(join(this.folder, `state-${stack}.json`), JSON.stringify(state));
  }
}
