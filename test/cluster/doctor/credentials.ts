import { podBeside, type Situation } from "../../support/doctor/situation";
import type { World } from "../../support/doctor/world";

const podRuns = "a pod with the pull secret runs in another namespace";

const secretFor = (host: string, { username = "ci-1", password = "of nobody" } = {}) => [
  ...["create", "secret", "docker-registry", "regcred", `--docker-server=${host}`],
  ...[`--docker-username=${username}`, `--docker-password=${password}`],
];

/** A pod of an image that is there, in the namespace without a pull secret. */
const webIn = (world: World, pullSecrets: readonly string[] = []) =>
  world.failing({
    namespace: world.namespaces.bare,
    name: "web",
    image: `${world.registry.host}/shop/web:v1`,
    pullSecrets,
  });

/** Pull secrets that are not there, or no use. */
export const credentialSituations: Situation[] = [
  {
    codes: ["ZD202"],
    title: "no pull secret",
    how: "a pod in a namespace that zot-fleet:pullSecrets does not name",
    control: podRuns,
    make: async (world) =>
      podBeside(world, await webIn(world), /has no Secret for oci\.doctor\.test/),
  },
  {
    codes: ["ZD203"],
    title: "a pull secret in another namespace",
    how: "a pod names zot-pull-secret, which is in another namespace than its own",
    control: podRuns,
    make: async (world) =>
      podBeside(
        world,
        await webIn(world, ["zot-pull-secret"]),
        /zot-pull-secret, which is in zot-fleet-doctor-team/,
      ),
  },
  {
    codes: ["ZD204"],
    title: "a pull secret for another host",
    how: "kubectl create secret docker-registry --docker-server=doctor.test, which the pod names",
    control: podRuns,
    make: async (world) => {
      await world.cluster.kubectl("-n", world.namespaces.bare, ...secretFor("doctor.test"));
      const pod = await webIn(world, ["regcred"]);
      return podBeside(world, pod, /regcred is for doctor\.test, not for oci\.doctor\.test/);
    },
  },
  {
    codes: ["ZD206"],
    title: "a pull secret that the pod does not name",
    how: "kubectl create secret docker-registry with a good account, and a pod that names none",
    control: podRuns,
    make: async (world) => {
      const { host, accounts } = world.registry;
      const words = secretFor(host, accounts.ci);
      await world.cluster.kubectl("-n", world.namespaces.bare, ...words);
      return podBeside(world, await webIn(world), /has regcred for .*; the pod names none/);
    },
  },
  {
    codes: ["ZD205"],
    title: "an account that was rotated away",
    how: "the pull secret copied to another namespace by hand, then rotation: 2, then { current: 2 }",
    control: "a pod made after that runs with the pull secret that the stack manages",
    make: async (world) => {
      const { registry, cluster, namespaces } = world;
      const read = ["get", "secret", "zot-pull-secret", "-o", "json"];
      const { type, data } = JSON.parse(await cluster.kubectl("-n", namespaces.team, ...read)) as {
        type: string;
        data: object;
      };
      const metadata = { namespace: namespaces.bare, name: "copied" };
      await cluster.apply({ apiVersion: "v1", kind: "Secret", metadata, type, data });
      await registry.up({ rotation: 2 });
      await registry.up({ rotation: { current: 2 } });
      const pod = await webIn(world, ["copied"]);
      const image = `${registry.host}/shop/worker:v1`;
      const healthy = await world.running({ name: "rotated", image });
      return {
        ...podBeside(world, pod, /copied holds puller-1, which is answered 401/),
        control: { registry, args: ["--pod", healthy] },
      };
    },
  },
];
