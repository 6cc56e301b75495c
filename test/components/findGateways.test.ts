import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import {
  KubernetesError,
  type KubernetesReader,
  type ObjectName,
} from "../../src/cluster/kubernetes";
import { gatewayWarnings } from "../../src/components/findGateways";
import { parseStackConfig } from "../../src/config/stack";

const config = (...gateways: unknown[]) =>
  parseStackConfig({
    cluster: { name: "ottawa", context: "ottawa", domain: "killinit.cc", gateways },
  });

/** A cluster with these Gateways, as `namespace/name`. */
const having =
  (...all: string[]) =>
  () =>
    Promise.resolve({
      read: <T>({ kind, namespace = "", name }: ObjectName) => {
        assert.equal(kind, "Gateway");
        if (namespace === "closed") return Promise.reject(new KubernetesError("403", 403));
        return Promise.resolve(all.includes(`${namespace}/${name}`) ? ({} as T) : undefined);
      },
    } as Pick<KubernetesReader, "read">);

describe("what a preview says of gateways", () => {
  it("names those that the cluster does not have, in their namespaces", async () => {
    const gateways = [
      "ts",
      "network/private",
      "closed/public",
      { name: "public", section: "https" },
    ];
    assert.deepEqual(await gatewayWarnings(config(...gateways), having("zot/ts", "zot/private")), [
      "zot-fleet:cluster.gateways: there is no Gateway private in the namespace network: nobody reaches the registry through it. One in another namespace is written namespace/private",
      "zot-fleet:cluster.gateways: there is no Gateway public in the namespace zot: nobody reaches the registry through it. One in another namespace is written namespace/public",
    ]);
  });

  it("is nothing where all are there, where none is declared, and where the cluster cannot be asked", async () => {
    assert.deepEqual(await gatewayWarnings(config("a/b"), having("a/b")), []);
    const away = () => Promise.reject(new KubernetesError("no context"));
    assert.deepEqual(await gatewayWarnings(config("a/b"), away), []);
    assert.deepEqual(await gatewayWarnings(config(), () => assert.fail("nobody asks")), []);
  });

  it("is the same of a cluster that is slow to answer", async () => {
    const slow = async () => {
      await sleep(3500);
      return having()();
    };
    assert.equal((await gatewayWarnings(config("a/b"), slow)).length, 1);
  });
});
