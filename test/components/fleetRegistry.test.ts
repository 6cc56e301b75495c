import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { SecretKey } from "../../src/components/deploymentConfig";
import { FleetRegistry } from "../../src/components/fleetRegistry";
import {
  readFleetRegistryArgs,
  type FleetRegistryArgs,
} from "../../src/components/fleetRegistryArgs";
import { deployedBefore } from "../../src/components/previousDeployment";
import { scopeWithin } from "../../src/components/scope";
import { secretKeys } from "../../src/config/stack";
import { declared, revealed, type Declared } from "../support/deployment";

const canary = "a password that nobody may see";

const argsOf = (name: string, more: Partial<FleetRegistryArgs> = {}): FleetRegistryArgs => ({
  cluster: { name, context: `no-such-context-${name}`, domain: `${name}.test` },
  pullSecrets: [{ namespace: "apps" }],
  apiKeys: [
    {
      name: "builds",
      account: "ci",
      deliver: [{ to: "kubernetes", namespace: "apps", name: "builds" }],
    },
  ],
  ...more,
});

const program = (make: () => FleetRegistry[]) =>
  declared("elsewhere", true, async () => {
    const made = make();
    // What a program awaits as well, before it ends.
    await Promise.all(made.map((each) => (each as unknown as { __data: Promise<unknown> }).__data));
    return made;
  });

describe("a registry as one component", () => {
  let resources: Declared[];

  before(async () => {
    ({ resources } = await program(() => [
      new FleetRegistry("east", argsOf("east")),
      new FleetRegistry("west", argsOf("west", { adminPassword: pulumi.output(canary) })),
    ]));
  });

  it("lives beside another one: no two resources have one URN, and each name begins with its registry's", () => {
    // What is only read is not registered.
    const urns = resources.flatMap(({ urn }) => (urn === "" ? [] : [urn]));
    assert.deepEqual(
      urns.filter((urn, index) => urns.indexOf(urn) !== index),
      [],
    );
    const of = (name: string) =>
      resources
        .filter((each) => each.name === name || each.name.startsWith(`${name}-`))
        .map((each) => each.urn.split("::").slice(2).join("::").replaceAll(name, "…"))
        .sort();
    assert.ok(of("east").length > 15);
    assert.deepEqual(of("east"), of("west"));
    const others = resources.filter(({ name }) => !/^(east|west)(-|$)/.test(name));
    assert.deepEqual(others, []);
  });

  it("stands within its component, whose inputs hold nothing", () => {
    const components = resources.filter(({ type }) => type.endsWith(":FleetRegistry"));
    assert.deepEqual(
      components.map(({ name, inputs }) => [name, inputs]),
      [
        ["east", {}],
        ["west", {}],
      ],
    );
    const atTheRoot = resources.filter(
      ({ type, urn }) => urn !== "" && urn.split("::")[2] === type,
    );
    assert.deepEqual(atTheRoot, components);
  });

  it("takes a secret that is known later, and gives it to its account alone", () => {
    const having = resources.filter(({ inputs }) => JSON.stringify(inputs).includes(canary));
    assert.deepEqual(
      having.map(({ name }) => name),
      ["west-accounts-admin", "west-key-revocation", "west-proof", "west-registry"].filter((name) =>
        having.some((each) => each.name === name),
      ),
    );
    const admin = resources.find(({ name }) => name === "west-accounts-admin");
    assert.equal((revealed(admin?.inputs) as { password: string }).password, canary);
    assert.ok(JSON.stringify(admin?.inputs).includes("4dabf18193072939515e22adb298388d"));
  });

  it("refuses what a stack file may not say, all at once, before anything is declared", async () => {
    const wrong = {
      ...argsOf("North Pole"),
      rotation: 0,
      adminPassword: "",
      extra: 1,
    } as FleetRegistryArgs;
    await assert.rejects(
      program(() => [new FleetRegistry("north", wrong)]),
      (error: Error) => {
        assert.ok(pulumi.RunError.isInstance(error));
        for (const part of ["cluster.name", "rotation", "adminPassword", "extra"])
          assert.ok(error.message.includes(part), `${part}: ${error.message}`);
        return true;
      },
    );
  });

  it("takes the old words of a stack file, and makes of them what today's make", () => {
    const [key] = argsOf("east").apiKeys ?? [];
    assert.ok(key);
    const old = readFleetRegistryArgs(
      argsOf("east", {
        rotation: 3,
        keepPrevious: false,
        // eslint-disable-next-line @typescript-eslint/no-deprecated -- an old word is what is tried
        apiKeys: [{ ...key, expiresAfterDays: 30 }],
        registry: { startupMinutes: 5 },
      }),
    );
    const now = readFleetRegistryArgs(
      argsOf("east", {
        rotation: { current: 3 },
        apiKeys: [{ ...key, expiresAfter: "30d" }],
        registry: { startupTimeout: "5m" },
      }),
    );
    assert.deepEqual(old, now);
  });

  it("refuses a password of an upstream that nobody asks, also where it is known later", async () => {
    const args = argsOf("east", {
      upstreams: ["docker.io"],
      upstreamPasswords: { "docker.io": pulumi.output(canary) },
    });
    await assert.rejects(
      program(() => [new FleetRegistry("east", args)]),
      (error: Error) =>
        error.message.includes("a secret value, which is not shown") &&
        !error.message.includes(canary),
    );
  });

  it("knows a registry of the state by its name, and not another one's", () => {
    const urn = (name: string, type: string, resource: string) =>
      `urn:pulumi:s::p::zot-fleet:index:FleetRegistry$${type}::${name}-${resource}`;
    const rotation = "pulumi-nodejs:dynamic/zot-fleet:Rotation";
    const state = [
      [
        urn("east", rotation, "rotation"),
        { type: rotation, outputs: { rotation: 4, keepPrevious: true } },
      ],
      [
        urn("west", rotation, "rotation"),
        { type: rotation, outputs: { rotation: 7, keepPrevious: true } },
      ],
      ["urn:pulumi:s::p::zot-fleet:index:FleetRegistry::east", { outputs: { held: 3 } }],
      ["urn:pulumi:s::p::zot-fleet:index:FleetRegistry::far-east", { outputs: { held: 9 } }],
      [
        `urn:pulumi:s::p::zot-fleet:index:FleetRegistry$zot-fleet:index:ZotRegistry$kubernetes:helm.sh/v3:Release::west-zot`,
        { type: "kubernetes:helm.sh/v3:Release" },
      ],
    ] as const;
    const before = (name: string) =>
      deployedBefore(state, scopeWithin({} as pulumi.ComponentResource, name));
    const east = before("east");
    assert.equal(east.held, 3);
    assert.equal(east.begun?.current, 4);
    assert.equal(east.release, undefined);
    const west = before("west");
    assert.equal(west.held, undefined);
    assert.equal(west.begun?.current, 7);
    assert.equal(west.release, true);
    assert.deepEqual(before("north"), { existing: false });
  });

  it("has the same secrets among its keys as a stack file", () => {
    const typed: Record<SecretKey, true> = {
      adminPassword: true,
      deliveryTokens: true,
      oidcClientSecret: true,
      redisPassword: true,
      s3Credentials: true,
      sourcePasswords: true,
      upstreamPasswords: true,
    };
    assert.deepEqual(Object.keys(typed).sort(), [...secretKeys].sort());
  });
});
