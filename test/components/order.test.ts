import assert from "node:assert/strict";
import { parseStackConfig, type StackConfig } from "../../src/config/stack";
import { declare, stackOf } from "../support/deployment";

const smallest = parseStackConfig({
  cluster: { name: "small", context: "small", domain: "killinit.cc", gateways: [] },
});

/** Every kind of resource that there is, in one stack. */
function fullest(): StackConfig {
  const [accra, nairobi] = [stackOf("accra"), stackOf("nairobi")];
  return {
    ...nairobi,
    ...accra,
    registry: { ...nairobi.registry, adopt: false },
    seeds: nairobi.seeds,
    pullSecrets: nairobi.pullSecrets,
    rotation: 4,
  };
}

/** What stands at each step of a deployment, in this order, by the end of the URN's type and its name. */
const stages: readonly (readonly [stage: string, ...members: RegExp[]])[] = [
  ["first guard", /:ClusterGuard::cluster-guard$/],
  ["place", /:RegistryPlace::/],
  ["begun", /:Rotation::rotation$/],
  ["issuer", /:IssuerProof::/],
  ["accounts", /:Account::/],
  ["revocation", /:KeyRevocation::/],
  ["registry", /::zot(?:-[a-z-]+)?$/, /:SessionKeys::/],
  ["proof", /:Proof::proof$/],
  ["keys end", /:KeyRevocationEnd::/],
  ["hands out and fills", /::pull-secrets-/, /:ApiKey::/, /:Seed::/, /:Command::/],
  ["handed out", /:Rotation::rotation-handed-out$/],
  ["verification", /:Verification::/],
  ["last guard", /:ClusterGuard::cluster-guard-last$/],
];

/** Session keys are made in the state: nothing in the cluster changes with them, nor with an account. */
const inStateOnly = /:(?:SessionKeys|Account)::/;

/** A component is no step: what it holds is. For a provider waits whatever it makes, by its name. */
const noStep =
  /zot-fleet:index:[A-Za-z]+::|pulumi:pulumi:Stack::|providers:kubernetes::|:Namespace::cluster-kube-system$/;

/**
 * Accounts are handed out whether the images have come or not; and before the keys that nobody declared have ended, none that
 * is declared is made.
 */
const beside = (earlier: string, later: string) =>
  (/:(?:Seed|Command)::/.test(earlier) && later.endsWith("::rotation-handed-out")) ||
  (earlier.includes(":KeyRevocationEnd::") &&
    !/:(?:ApiKey|Verification|ClusterGuard)::/.test(later));

const stageOf = (urn: string) =>
  stages.findIndex(([, ...members]) => members.some((member) => member.test(urn)));

/** All that a resource waits for, over any number of others. */
function before(
  order: ReadonlyMap<string, string[]>,
  urn: string,
  seen = new Set<string>(),
): Set<string> {
  for (const each of order.get(urn) ?? [])
    if (!seen.has(each)) {
      seen.add(each);
      before(order, each, seen);
    }
  return seen;
}

describe("the order of a deployment", () => {
  for (const [title, config] of [
    ["the smallest stack", () => smallest],
    ["the fullest stack", fullest],
  ] as const)
    it(`is kept by what each resource of ${title} depends on`, async () => {
      const { resources } = await declare(config(), true);
      const order = new Map(resources.map(({ urn, waitsFor }) => [urn, waitsFor]));
      const steps = [...order.keys()].filter(
        (urn) => urn !== "" && !noStep.test(urn.replace(/\$[^:]*::/, "::")),
      );
      assert.deepEqual(
        steps.filter((urn) => stageOf(urn) < 0),
        [],
        "every resource has its place",
      );
      const missing = steps.flatMap((later) => {
        if (inStateOnly.test(later)) return [];
        const waits = before(order, later);
        return steps
          .filter((earlier) => stageOf(earlier) < stageOf(later) && !waits.has(earlier))
          .filter((earlier) => !beside(earlier, later))
          .map((earlier) => `${nameOf(later)} does not wait for ${nameOf(earlier)}`);
      });
      assert.deepEqual(missing, []);
    });
});

const nameOf = (urn: string) => urn.split("::").slice(2).join(" ").split("$").at(-1) ?? "";
