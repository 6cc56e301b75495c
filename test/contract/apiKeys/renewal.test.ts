import assert from "node:assert/strict";
import {
  apiKeyProviderIn,
  type ApiKeyInputs,
  type ApiKeyOutputs,
} from "../../../src/resources/apiKey";
import { progress } from "../../../src/resources/progress";
import { listKeys } from "../../../src/keys/registryKeys";
import { signsIn, startZotWithKeys, withCredentials } from "../../support/apiKeys";
import type { RunningRegistry } from "../../support/registry";
import { skipWithout } from "../../support/skip";
import { MortalProxy, seeded, UnreliableTarget } from "../../support/unreliable";

const users = { admin: "secret", "ci-1": "password-1", "ci-2": "password-2" };
const accounts = [
  { username: "ci-1", password: users["ci-1"] },
  { username: "ci-2", password: users["ci-2"] },
] as const;
const rounds = 150;
const dayMs = 86_400_000;

describe("renewing API keys", function () {
  this.timeout(300_000);
  let zot: RunningRegistry;
  const closers: (() => unknown)[] = [];

  before(async function () {
    skipWithout("zot", this);
    progress.say = () => undefined;
    const started = await startZotWithKeys(users);
    closers.push(() => started.stop());
    zot = started;
  });
  after(() => Promise.all(closers.map((close) => close())));

  /** Every key of the label, whosoever it is. */
  async function labelled(label: string): Promise<{ username: string; id: string }[]> {
    const found = await Promise.all(
      accounts.map((account) =>
        withCredentials(zot, account, async (client) =>
          (await listKeys(client))
            .filter((key) => key.label === label)
            .map(({ id }) => ({ username: account.username, id })),
        ),
      ),
    );
    return found.flat();
  }

  for (const seed of [1, 2, 3])
    it(`leaves a target that fails half the time with a key that works, always (seed ${seed})`, async () => {
      const label = `zot-fleet:ottawa/forge-${seed}`;
      const random = seeded(seed);
      const between = (least: number, most: number) =>
        least + Math.floor(random() * (most - least + 1));
      const tally = { stored: 0, revoked: 0, killed: 0, incomplete: 0, converged: 0, renewed: 0 };
      const dead: string[] = [];
      const holdsOneThatWorks = async () => {
        const { login } = target;
        if (login === undefined || (await signsIn(zot, login)) === 200) return;
        dead.push(`${login.username}: ${JSON.stringify(tally)}`);
      };
      const target = new UnreliableTarget(random, async () => {
        tally.stored++;
        await holdsOneThatWorks();
      });
      const proxy = new MortalProxy(zot.url, async (method) => {
        if (method !== "DELETE") return;
        tally.revoked++;
        await holdsOneThatWorks();
      });
      closers.push(() => {
        proxy.stop();
      });
      const url = await proxy.start();
      let clock = Date.now();
      const provider = apiKeyProviderIn({
        now: () => new Date(clock),
        deliveryClient: target.client,
      });
      let wanted: ApiKeyInputs = {
        endpoint: { via: "address", url },
        host: "oci.test",
        account: accounts[0],
        siblings: [...accounts],
        label,
        expiresAfterDays: 90,
        renewBeforeDays: 21,
        renewal: 1,
        targets: [{ to: "file", path: "unused", type: "key" }],
        tokens: {},
      };
      let state: ApiKeyOutputs | undefined;

      /** What the engine does: the state is what the last call that came to an end left. */
      async function deploy(): Promise<boolean> {
        if (state !== undefined && !(await provider.diff(label, state, wanted)).changes)
          return true;
        try {
          const made =
            state === undefined
              ? (await provider.create(wanted)).outs
              : (await provider.update(label, state, wanted)).outs;
          if (proxy.isDead) throw new Error("killed");
          state = made;
          return true;
        } catch (error) {
          if (proxy.isDead) tally.killed++;
          else if (error instanceof Error && "properties" in error) {
            tally.incomplete++;
            state = error.properties as ApiKeyOutputs;
          } else throw error;
          return false;
        }
      }

      async function converged(): Promise<void> {
        tally.converged++;
        const [one, ...more] = await labelled(label);
        assert.deepEqual(more, []);
        assert.equal(one?.username, wanted.account.username);
        assert.equal(one.id, state?.keyId);
        assert.equal(state?.problem, undefined);
        assert.deepEqual(
          state?.keys?.map(({ password }) => password),
          [target.login?.password],
        );
        assert.equal(await signsIn(zot, target.login ?? assert.fail()), 200);
      }

      for (let round = 0; round < rounds; round++) {
        proxy.left = random() < 0.4 ? between(0, 9) : Infinity;
        proxy.loseAnswer = random() < 0.5;
        const choice = random();
        if (state === undefined || choice < 0.2) await holdsOneThatWorks();
        else if (choice < 0.5) wanted = { ...wanted, renewal: round };
        else if (choice < 0.6) {
          wanted = { ...wanted, account: accounts[between(0, 1) === 0 ? 0 : 1] };
        } else {
          clock += between(1, 40) * dayMs;
          try {
            const { props } = await provider.read(label, state);
            if (props.renew !== undefined) tally.renewed++;
            if (!proxy.isDead) state = props;
          } catch (error) {
            if (!proxy.isDead) throw error;
          }
        }
        if (await deploy()) await converged();
        await holdsOneThatWorks();
        assert.deepEqual(dead, []);
      }
      proxy.left = Infinity;
      target.reliable = true;
      assert.ok(await deploy());
      await converged();
      assert.equal((await provider.diff(label, state ?? assert.fail(), wanted)).changes, false);
      // What is told above must have happened, and often.
      for (const count of [tally.killed, tally.incomplete, tally.converged, tally.renewed])
        assert.ok(count >= 10, JSON.stringify(tally));
      for (const count of Object.values(target.failures)) assert.ok(count >= 10);
      assert.deepEqual(dead, []);
      await provider.delete(label, state ?? assert.fail());
      assert.deepEqual(await labelled(label), []);
      assert.equal(await signsIn(zot, target.login ?? assert.fail()), 401);
    });
});
