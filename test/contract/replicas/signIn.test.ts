import assert from "node:assert/strict";
import { RegistryClient } from "../../../src/registry/client";
import { startObjectStore } from "../../support/objectStore";
import { Browser, signInAs } from "../../support/oidc/browser";
import { addPod, registry, startSite, type Site } from "../../support/oidc/site";
import type { RunningPod } from "../../support/oidc/podHere";
import { startRedis } from "../../support/redis";
import { skipWithout } from "../../support/skip";
import { closeAll, type Undo } from "../../support/undo";

const session = { "x-zot-api-client": "zot-ui" };

describe("people who sign in at one of several pods", function () {
  this.timeout(120_000);
  const undo: Undo[] = [];
  let site: Site;
  let pods: [RunningPod, RunningPod];

  before(async function () {
    for (const tool of ["zot", "versitygw", "redis-server"]) skipWithout(tool, this);
    const store = await startObjectStore();
    undo.push(() => store.service.remove());
    const redis = await startRedis();
    undo.push(() => redis.service.remove());
    const endpoint = `http://127.0.0.1:${store.port}`;
    site = await startSite(this, undo, {
      registry: {
        replicas: 2,
        onePusherPerRepository: true,
        storage: { s3: { bucket: store.bucket, region: store.region, endpoint } },
        redis: { addresses: [`127.0.0.1:${redis.port}`] },
      },
      s3Credentials: store.credentials,
      redisPassword: redis.password,
    });
    pods = [site.zot, await addPod(site, undo)];
  });

  after(() => closeAll(undo));

  it("leave from one and come back to another, and stay signed in at both", async () => {
    for (const person of ["ana", "ben"]) {
      const browser = new Browser(site.tls.cert, { "oci.fleet.test": site.gateway.port });
      undo.push(() => browser.close());
      const start = `${registry}/zot/auth/login?provider=oidc&callback_ui=/v2/`;
      // One request that the gateway counts lets the second person begin at the other pod.
      if (person === "ben") await browser.send(`${registry}/livez`);
      const page = await signInAs(browser, person, start);
      assert.equal(page.url.href, `${registry}/v2/`, page.text);
      for (let visit = 0; visit < 4; visit++) {
        const { status } = await browser.send(`${registry}/v2/_catalog`, { headers: session });
        assert.equal(status, 200);
      }
      const made = await browser.send(`${registry}/zot/auth/apikey`, {
        method: "POST",
        headers: session,
        body: JSON.stringify({ label: "laptop", scopes: [] }),
      });
      const { apiKey: password } = JSON.parse(made.text) as { apiKey: string };
      for (const { port } of pods) {
        const credentials = { username: `${person}@killinit.cc`, password };
        await using client = new RegistryClient({ url: `http://127.0.0.1:${port}`, credentials });
        await client.ping();
      }
    }
  });
});
