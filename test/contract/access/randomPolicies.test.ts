import assert from "node:assert/strict";
import pLimit from "p-limit";
import { RegistryClient } from "../../../src/registry/client";
import { mediaTypes } from "../../../src/images/mediaTypes";
import type { AccessControl } from "../../../src/zot/accessControl";
import { mayDo } from "../../../src/zot/mayDo";
import { actions, type Action } from "../../../src/zot/policies";
import { layImage } from "../../support/ociLayout";
import { startZot, type RunningRegistry } from "../../support/registry";
import { skipWithout } from "../../support/skip";
import { zotVersionOf } from "../../support/zotVerify";
import { people, somePolicies, tags, together, type AskedPolicies } from "./anyPolicies";

const count = 500;
const atOnce = 50;
const all = somePolicies(count, 6);
const noDigest = `sha256:${"0".repeat(64)}`;

interface Probe {
  user?: string;
  action: Action;
  repository: string;
  reference: string;
}

describe("what we say of 500 random policies", function () {
  this.timeout(300_000);
  const tally = { allowed: 0, asked: 0 };
  let version: string;

  before(async function () {
    version = await zotVersionOf(skipWithout("zot", this));
  });

  // Zot copies its whole config for each request: fewer policies at a time are sooner done.
  for (let first = 0; first < count; first += atOnce) {
    it(`is what Zot does, for the ${atOnce} from ${first}`, () =>
      agree(all.slice(first, first + atOnce)));
  }

  it("is neither mostly yes nor mostly no", () => {
    const allowed = tally.allowed / tally.asked;
    assert.ok(allowed >= 0.3 && allowed <= 0.7, `${Math.round(allowed * 100)} % were allowed`);
  });

  async function agree(asked: readonly AskedPolicies[]): Promise<void> {
    const access = together(asked);
    const { zot, clients } = await start(asked, access);
    try {
      const probes = asked.flatMap(({ repositories }, index) => draw(repositories, index));
      const limit = pLimit(8);
      const answers = await Promise.all(
        probes.map((probe) => limit(async () => ({ probe, zot: await ask(clients, probe) }))),
      );
      const wrong = answers.filter(
        ({ probe: { user, ...wish }, zot }) => mayDo(access, version, { user }, wish) !== zot,
      );
      assert.deepEqual(wrong, []);
      tally.asked += answers.length;
      tally.allowed += answers.filter(({ zot }) => zot).length;
    } finally {
      for (const client of clients.values()) await client.close();
      await zot.stop();
    }
  }
});

type Clients = Map<string | undefined, RegistryClient>;

/** A Zot with those policies and repositories, and a client for a stranger and for each account. */
async function start(asked: readonly AskedPolicies[], accessControl: AccessControl) {
  const zot = await startZot({
    users: Object.fromEntries(["admin", ...people].map((name) => [name, `${name}-password`])),
    prepare: async (storage) => {
      for (const { repositories } of asked)
        for (const repository of repositories) await layImage(storage, repository, tags);
    },
    config: {
      http: { auth: { htpasswd: { path: "htpasswd" }, apikey: true }, accessControl },
    },
  });
  const clients: Clients = new Map([[undefined, new RegistryClient({ url: zot.url })]]);
  for (const username of people) {
    const password = username === "kim" ? await apiKey(zot, username) : `${username}-password`;
    const credentials = { username, password };
    clients.set(username, new RegistryClient({ url: zot.url, credentials }));
  }
  return { zot, clients };
}

/** Twelve of the forty questions about two repositories, other ones each time. */
function draw(repositories: readonly string[], index: number): Probe[] {
  const every = repositories.flatMap((repository) =>
    [undefined, ...people].flatMap((user) =>
      actions.map((action, turn): Probe => {
        const tag = tags[(index + turn) % tags.length] ?? tags[0];
        const reference = { read: tag, update: tag, create: "new", delete: noDigest }[action];
        return { ...(user === undefined ? {} : { user }), action, repository, reference };
      }),
    ),
  );
  return every.filter((_, position) => (position * 7 + index) % 10 < 3);
}

const methods = { read: "HEAD", delete: "DELETE", create: "PUT", update: "PUT" } as const;
const yes = { HEAD: 200, DELETE: 404, PUT: 400 };

/** Asks without changing anything: src/checks/rights.ts says why. */
async function ask(clients: Clients, probe: Probe): Promise<boolean> {
  const { user, action, repository, reference } = probe;
  const method = methods[action];
  const client = clients.get(user);
  assert.ok(client);
  const { status } = await client.request({
    method,
    path: `/v2/${repository}/manifests/${reference}`,
    ...(method === "PUT"
      ? { body: "{}", headers: { "content-type": mediaTypes.ociManifest } }
      : {}),
  });
  if (status === 401 || status === 403) return false;
  assert.equal(status, yes[method], JSON.stringify(probe));
  return true;
}

/** A key that the account makes for itself. */
async function apiKey({ url }: RunningRegistry, username: string): Promise<string> {
  const answer = await fetch(`${url}/zot/auth/apikey`, {
    method: "POST",
    headers: {
      authorization: `Basic ${Buffer.from(`${username}:${username}-password`).toString("base64")}`,
      "content-type": "application/json",
    },
    body: JSON.stringify({ label: "test" }),
  });
  assert.equal(answer.status, 201);
  return ((await answer.json()) as { apiKey: string }).apiKey;
}
