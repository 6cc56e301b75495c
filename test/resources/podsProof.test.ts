import assert from "node:assert/strict";
import type { ExpectedAccount } from "../../src/checks/expectations";
import { KubernetesError } from "../../src/cluster/kubernetes";
import { readRegistryPods } from "../../src/facts/registryObjects";
import { RegistryError } from "../../src/registry/client";
import { everyPodAccepts } from "../../src/resources/deployments/podsProof";
import { progress } from "../../src/resources/progress";
import { proof, type ProofInputs } from "../../src/resources/proof";
import { clusterOf, podNamed } from "../support/registryPods";

const password = "a password that nobody may see";
const account = (username: string): ExpectedAccount => ({ username, password, role: "puller" });
const [fleet, puller] = [account("fleet"), account("puller-2")];

interface World {
  /** The pods, at each second. */
  pods: (second: number) => ReturnType<typeof podNamed>[];
  /** How a pod answers an account. */
  answer: (pod: string, username: string, second: number) => number | Error;
}

/** How long the proof took, by a clock of its own. */
async function proved(
  { pods, answer }: World,
  accounts: ExpectedAccount[] = [fleet, puller],
): Promise<{ seconds: number; asked: string[] }> {
  const asked: string[] = [];
  let ms = 0;
  const second = () => ms / 1000;
  await everyPodAccepts(accounts, "zot", {
    pods: () => readRegistryPods(clusterOf(pods(second())).reader, "zot", {}),
    ask: (pod, { username }) => {
      asked.push(`${pod} ${username}`);
      const given = answer(pod, username, second());
      return given instanceof Error ? Promise.reject(given) : Promise.resolve(given);
    },
    now: () => ms,
    sleep: (milliseconds) => Promise.resolve(void (ms += milliseconds)),
  });
  return { seconds: second(), asked };
}

const [a, b] = [podNamed("zot-a"), podNamed("zot-b")];
const old = podNamed("zot-old", { ending: true });
const oldRefuses = (pod: string, username: string) =>
  pod === "zot-old" && username === "puller-2" ? 401 : 200;

/** What the proof ends with. */
async function failure(world: World, accounts?: ExpectedAccount[]): Promise<string> {
  try {
    await proved(world, accounts);
  } catch (error) {
    assert.ok(error instanceof Error);
    assert.doesNotMatch(error.message, new RegExp(password));
    return error.message;
  }
  return assert.fail("it was proved");
}

describe("the proof that every pod takes every account", () => {
  let lines: string[];
  const { say } = progress;
  beforeEach(() => {
    lines = [];
    progress.say = (line) => void lines.push(line);
  });
  afterEach(() => {
    progress.say = say;
  });

  it("asks each pod for each account whose password is known, once", async () => {
    const { seconds, asked } = await proved({ pods: () => [a, b], answer: () => 200 }, [
      fleet,
      puller,
      { username: "people", role: "puller" },
    ]);
    assert.equal(seconds, 0);
    assert.deepEqual(asked.sort(), [
      "zot-a fleet",
      "zot-a puller-2",
      "zot-b fleet",
      "zot-b puller-2",
    ]);
  });

  it("waits for an old pod that answers still, though all that serve know the account", async () => {
    const { seconds, asked } = await proved({
      pods: (second) => (second < 240 ? [a, b, old] : [a, b]),
      answer: oldRefuses,
    });
    assert.equal(seconds, 240);
    assert.equal(asked.filter((each) => each.startsWith("zot-a")).length, 2);
    assert.deepEqual(lines, [
      "the pod zot/zot-old: it ends, and it answers 401 to the account puller-2; it is waited for",
    ]);
  });

  it("waits for no old pod that knows all of them", async () => {
    const { seconds } = await proved({ pods: () => [a, old], answer: () => 200 });
    assert.equal(seconds, 0);
  });

  it("ends after five minutes with the name of the pod and of the account", async () => {
    const words = await failure({ pods: () => [a, old], answer: oldRefuses });
    assert.match(
      words,
      /^the pod zot\/zot-old: it ends, .* 401 to the account puller-2, for 300 s/,
    );
  });

  it("looks at a pod that serves for as long as its mounted Secret may lag, and no longer", async () => {
    const late = (until: number): World => ({
      pods: () => [a, b],
      answer: (pod, _username, second) => (pod === "zot-b" && second < until ? 401 : 200),
    });
    assert.equal((await proved(late(80))).seconds, 80);
    const words = await failure(late(Infinity));
    assert.match(words, /^the pod zot\/zot-b: it answers 401 to the account fleet, for 90 s/);
  });

  it("asks a pod that came meanwhile", async () => {
    const fresh = podNamed("zot-new");
    const { seconds } = await proved({
      pods: (second) => [a, ...(second < 10 ? [old] : [fresh])],
      answer: (pod, username, second) =>
        pod === "zot-new" && second < 20 ? 401 : oldRefuses(pod, username),
    });
    assert.equal(seconds, 20);
  });

  it("waits for a pod that starts, or that went while it was asked", async () => {
    const away = new RegistryError("cannot reach it", {
      method: "GET",
      path: "/v2/",
      reason: "unreachable",
    });
    const starts = podNamed("zot-b", { ready: false });
    const { seconds } = await proved({
      pods: (second) => [a, second < 100 ? starts : b],
      answer: (pod, _username, second) => (pod === "zot-b" && second < 100 ? away : 200),
    });
    assert.equal(seconds, 100);
    const gone = new KubernetesError("the cluster answers 404 for a port-forward", 404);
    await proved({
      pods: (second) => (second === 0 ? [a, b] : [a]),
      answer: (pod) => (pod === "zot-b" ? gone : 200),
    });
  });

  it("says which right is missing, at once", async () => {
    const closed = new KubernetesError("the cluster answers 403 for a port-forward to x", 403);
    let looks = 0;
    const words = await failure({
      pods: () => [a],
      answer: () => {
        looks++;
        return closed;
      },
    });
    assert.match(words, /^the cluster answers 403 .*right to create on pods\/portforward in zot/);
    assert.equal(looks, 1);
    const unlisted = everyPodAccepts([fleet], "zot", {
      pods: () => readRegistryPods(clusterOf([], ["Pod"]).reader, "zot", {}),
      ask: () => Promise.resolve(200),
      now: () => 0,
      sleep: () => assert.fail("a right does not come by waiting"),
    });
    await assert.rejects(unlisted, /the right to list on pods in zot/);
  });

  it("does not take a registry without pods for one that knows everybody", async () => {
    const words = await failure({ pods: () => [], answer: () => 200 });
    assert.match(words, /^the registry's pods: there is none with the registry's labels in zot/);
  });
});

describe("the provider of the proof", () => {
  const inputs: ProofInputs = {
    endpoint: { via: "address", url: "https://oci.x.test" },
    accounts: [{ ...fleet, role: "reader" }],
  };
  const changes = async (news: ProofInputs) =>
    (await proof.provider.diff("id", inputs, news)).changes;

  it("changes nothing in a state from before there were several pods", async () => {
    assert.equal(await changes({ ...inputs }), false);
    const pods = { context: "ottawa", namespace: "zot", port: 5000 };
    assert.equal(await changes({ ...inputs, pods }), true);
    assert.deepEqual(proof.secrets, ["accounts"]);
  });
});
