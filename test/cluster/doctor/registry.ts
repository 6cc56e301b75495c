import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { selfSigned } from "../../support/certificates";
import { addName, removeName } from "../../support/doctor/nodeNames";
import { podIs } from "../../support/doctor/pods";
import { podBeside, type Made, type Situation } from "../../support/doctor/situation";
import type { World } from "../../support/doctor/world";

const registryBeside = "a second registry of the same kind, in the same cluster";

const besideOf = ({ registry, beside }: World, says: RegExp): Made => ({
  broken: { registry },
  control: { registry: beside },
  says,
});

/** Fills the volume of the registry to its last byte, and gives what empties it again. */
export function fill({ registry }: World): () => Promise<void> {
  const file = join(registry.volume, "filling");
  try {
    execFileSync("dd", ["if=/dev/zero", `of=${file}`, "bs=64k"], { stdio: "pipe" });
  } catch {
    // It ends with "no space left", as it should.
  }
  return () => {
    rmSync(file);
    return Promise.resolve();
  };
}

/** The registry itself, and the way to it. */
export const registrySituations: Situation[] = [
  {
    codes: ["ZD101"],
    title: "a registry that does not run",
    how: "kubectl scale statefulset zot --replicas 0",
    control: registryBeside,
    make: async (world) => {
      const { registry } = world;
      await registry.kubectl("scale", "statefulset", "zot", "--replicas=0");
      await registry.kubectl("wait", "--for=delete", "pod/zot-0", "--timeout=60s");
      await registry.findPod();
      return {
        ...besideOf(world, /there is no pod of the registry: its StatefulSet wants 0/),
        mend: async () => {
          await registry.kubectl("scale", "statefulset", "zot", "--replicas=1");
          await registry.ready();
        },
      };
    },
  },
  {
    codes: ["ZD102"],
    title: "a registry that is starting",
    how: "a startup probe that does not pass yet, and a new pod",
    control: registryBeside,
    make: async (world) => {
      const { registry } = world;
      const probe = (path: string) => {
        const at = "/spec/template/spec/containers/0/startupProbe/httpGet/path";
        const patch = JSON.stringify([{ op: "replace", path: at, value: path }]);
        return registry.kubectl("patch", "statefulset", "zot", "--type=json", `-p=${patch}`);
      };
      await probe("/not-yet");
      await registry.kubectl("delete", "pod", "zot-0");
      await podIs(world.cluster, { namespace: registry.namespace, name: "zot-0" }, /"running"/);
      await registry.findPod();
      return {
        ...besideOf(world, /Running, made \d+ s ago, not ready/),
        mend: async () => {
          await probe("/startupz");
          await registry.kubectl("delete", "pod", "zot-0");
          await registry.ready();
        },
      };
    },
  },
  {
    codes: ["ZD101"],
    title: "a registry that crashes at its start",
    how: "a key that Zot does not know, written into its config.json by hand, and a new pod",
    control: registryBeside,
    make: async (world) => {
      const mend = await world.registry.editConfig(
        (config) => ({ ...config, storages: { no: "key" } }),
        true,
      );
      return { ...besideOf(world, /CrashLoopBackOff|Error/), mend };
    },
  },
  {
    codes: ["ZD108"],
    title: "a release whose upgrade was cut",
    how: "the record of its newest revision labelled pending-upgrade, as Helm leaves it when it is killed",
    control: registryBeside,
    make: async (world) => {
      const { registry } = world;
      const label = async (status: string) => {
        const records = ["get", "secret", "-l", "owner=helm,name=zot,status=deployed"];
        const marked = ["get", "secret", "-l", "owner=helm,name=zot,status=pending-upgrade"];
        const [name = ""] = (
          await registry.kubectl(...(status === "deployed" ? marked : records), "-o", "name")
        ).split("\n");
        await registry.kubectl("label", name, `status=${status}`, "--overwrite");
      };
      await label("pending-upgrade");
      return {
        ...besideOf(world, /revision \d+ \(zot-.*\) is pending-upgrade since \d{4}-/),
        mend: () => label("deployed"),
      };
    },
  },
  {
    codes: ["ZD103"],
    title: "a certificate that nobody trusts",
    how: "the gateway given a self-signed certificate for the host name",
    control: registryBeside,
    make: (world) => {
      const { host } = world.registry;
      const site = world.gateway.sites.get(host);
      if (site === undefined) throw new Error(`the gateway does not know ${host}`);
      world.gateway.sites.set(host, { ...site, ...selfSigned([`DNS:${host}`]) });
      return Promise.resolve({
        ...besideOf(world, /certificate/),
        mend: () => {
          world.gateway.sites.set(host, site);
          return Promise.resolve();
        },
      });
    },
  },
  {
    codes: ["ZD104"],
    title: "a host name that leads nowhere",
    how: "the host name taken from the resolver",
    control: registryBeside,
    make: (world) => {
      const { host } = world.registry;
      removeName(host);
      return Promise.resolve({
        ...besideOf(world, /DNS/),
        mend: () => {
          addName(host, world.gateway.address);
          return Promise.resolve();
        },
      });
    },
  },
  {
    codes: ["ZD109"],
    title: "a gateway that does not find the registry",
    how: "the gateway's way to the pod taken away: it answers 503",
    control: registryBeside,
    make: (world) => {
      const { host } = world.registry;
      const site = world.gateway.sites.get(host);
      if (site === undefined) throw new Error(`the gateway does not know ${host}`);
      world.gateway.sites.set(host, { ...site, backend: () => undefined });
      return Promise.resolve({
        ...besideOf(world, /answers 503/),
        mend: () => {
          world.gateway.sites.set(host, site);
          return Promise.resolve();
        },
      });
    },
  },
  {
    codes: ["ZD105"],
    title: "a route that the gateway does not accept",
    how: "the HTTPRoute's status patched to Accepted: False, as a gateway's controller does",
    control: registryBeside,
    make: async (world) => {
      await world.registry.answerRoute(false, "no listener allows routes from this namespace");
      return {
        ...besideOf(world, /Accepted is False: no listener allows routes from this namespace/),
        mend: () => world.registry.answerRoute(true),
      };
    },
  },
  {
    codes: ["ZD106"],
    title: "a volume that is full",
    how: "dd fills the volume, and skopeo pushes an image, which ends with 500",
    control: registryBeside,
    make: async (world) => {
      const empty = fill(world);
      const { registry, archives } = world;
      const input = await registry.push(archives.large, "shop/large:v1");
      return {
        ...besideOf(world, /its log says no space left on device/),
        broken: { registry, args: ["--error", "-"], input },
        mend: async () => {
          await empty();
          await world.pushed(registry, archives.large, "shop/large:v1");
        },
      };
    },
  },
  {
    codes: ["ZD306"],
    title: "an upstream that limits",
    how: "a cache whose upstream answers 429 to everything, and a pod of an image of it",
    control: "a pod of shop/web:v1 runs in the same namespace",
    make: async (world) => {
      const image = `${world.registry.host}/upstream.test/library/redis:8`;
      const pod = await world.failing({ name: "limited", image });
      return podBeside(world, pod, /comes from upstream; by the registry's log it says 429/);
    },
  },
  {
    codes: ["ZD306"],
    title: "an upstream that refuses the cache's credentials",
    how: "a cache whose upstream answers 401, and a pod of an image of it",
    control: "a pod of shop/web:v1 runs in the same namespace",
    make: async (world) => {
      const image = `${world.registry.host}/upstream.test/secret/app:1`;
      const pod = await world.failing({ name: "unwelcome", image });
      return podBeside(world, pod, /by the registry's log it refuses the credentials/);
    },
  },
];
