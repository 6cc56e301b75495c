import assert from "node:assert/strict";
import { runtime } from "@pulumi/pulumi";
import * as classes from "../../src/resources/classes";
import { settled } from "../support/deployment";

interface Registration {
  getType: () => string;
  getObject: () => { toJavaScript: () => Record<string, unknown> };
  getAdditionalsecretoutputsList: () => string[];
}

type AnyClass = new (name: string, args: object) => object;

/** What the engine is told of one resource. */
interface Registered {
  type: string;
  /** The inputs that are encrypted as a whole. */
  marked: string[];
  /** What the state encrypts whole. */
  secrets: string[];
}

/** Registers resources with every input that may be secret, and some others. */
async function registered(wanted: readonly [AnyClass, object][]): Promise<Registered[]> {
  await runtime.setMocks({
    newResource: ({ name, inputs }) => ({ id: name, state: inputs as object }),
    call: () => ({}),
  });
  const seen: Registered[] = [];
  const monitor = runtime.getMonitor() as unknown as {
    registerResource: (request: Registration, answer: unknown) => void;
  };
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, answer) => {
    const inputs = request.getObject().toJavaScript();
    const isMarked = (value: unknown) =>
      typeof value === "object" && value !== null && "4dabf18193072939515e22adb298388d" in value;
    seen.push({
      type: request.getType(),
      marked: Object.keys(inputs).filter((key) => isMarked(inputs[key])),
      secrets: request.getAdditionalsecretoutputsList(),
    });
    register(request, answer);
  };
  for (const [Class, args] of wanted) new Class("any", args);
  await settled();
  return seen;
}

/** What of each resource is secret in states: what leaves these lists would be plain text in every state from then on. */
const held: readonly [string, AnyClass, object, string[], string[]][] = [
  [
    "Account",
    classes.Account as AnyClass,
    { username: "u", password: "p" },
    ["password"],
    ["password", "plainPassword", "entry"],
  ],
  [
    "ApiKey",
    classes.ApiKey as AnyClass,
    { account: {}, tokens: {}, label: "l" },
    ["account", "tokens"],
    ["account", "tokens", "keys"],
  ],
  ["ClusterGuard", classes.ClusterGuard as AnyClass, { uid: "1" }, [], []],
  [
    "IssuerProof",
    classes.IssuerProof as AnyClass,
    { issuer: "i", clientSecret: "s" },
    ["clientSecret"],
    ["clientSecret"],
  ],
  [
    "KeyRevocation",
    classes.KeyRevocation as AnyClass,
    { accounts: [], enabled: true },
    ["accounts"],
    ["accounts"],
  ],
  [
    "KeyRevocationEnd",
    classes.KeyRevocationEnd as AnyClass,
    { accounts: [], lines: [] },
    ["accounts"],
    ["accounts", "lines"],
  ],
  ["Proof", classes.Proof as AnyClass, { accounts: [] }, ["accounts"], ["accounts"]],
  ["RegistryPlace", classes.RegistryPlace as AnyClass, { uid: "1" }, [], []],
  ["ReleaseRepair", classes.ReleaseRepair as AnyClass, { name: "zot" }, [], []],
  ["Rotation", classes.Rotation as AnyClass, { rotation: 1 }, [], []],
  [
    "Seed",
    classes.Seed as AnyClass,
    { credentials: {}, sourceCredentials: {}, tags: [] },
    ["credentials", "sourceCredentials"],
    ["credentials", "sourceCredentials"],
  ],
  ["SessionKeys", classes.SessionKeys, {}, [], ["hashKey", "encryptKey"]],
  [
    "Verification",
    classes.Verification as AnyClass,
    { accounts: [], apiKeys: {}, oidc: {}, upstreams: [], images: [] },
    ["accounts", "apiKeys", "oidc", "upstreams"],
    ["accounts", "apiKeys", "oidc", "upstreams"],
  ],
];

describe("the classes of dynamic resources", function () {
  // The first registration has Pulumi look through all modules.
  this.timeout(120_000);
  let all: Registered[];
  before(async () => {
    all = await registered(held.map(([, Class, args]) => [Class, args]));
  });

  for (const [name, , , marked, secrets] of held)
    it(`${name} is registered under its type, with its secrets`, () => {
      const found = all.find(({ type }) => type === `pulumi-nodejs:dynamic/zot-fleet:${name}`);
      assert.deepEqual([found?.marked.sort(), found?.secrets], [marked, secrets]);
    });

  it("are all of them here", () => {
    assert.deepEqual(
      held.map(([name]) => name),
      Object.keys(classes).sort(),
    );
  });
});
