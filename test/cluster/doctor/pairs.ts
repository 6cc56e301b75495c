import type { Situation } from "../../support/doctor/situation";
import { fill } from "./registry";

/** Two faults at once. */
export const pairs: Situation[] = [
  {
    codes: ["ZD202", "ZD301"],
    title: "no pull secret, and a tag that is not there",
    how: "a pod of shop/web:v9 in a namespace without a pull secret",
    control: "a pod of shop/web:v1 runs in a namespace with one",
    make: async (world) => {
      const { registry, namespaces } = world;
      const image = `${registry.host}/shop/web:v9`;
      const pod = await world.failing({ namespace: namespaces.bare, name: "both", image });
      return {
        broken: { registry, args: ["--pod", pod] },
        control: { registry, args: ["--pod", `${namespaces.team}/fine`] },
        says: /has no Secret for/,
      };
    },
  },
  {
    codes: ["ZD105", "ZD305"],
    title: "a route that is not accepted, and a pod that runs an older latest",
    how: "the HTTPRoute's status patched, and another image pushed over shop/stale:latest, which runs",
    control: "a second registry of the same kind, in the same cluster",
    make: async (world) => {
      const { registry, beside, archives } = world;
      await world.pushed(registry, archives.app, "shop/stale:latest", "admin");
      await world.running({ name: "old", image: `${registry.host}/shop/stale:latest` });
      await world.pushed(registry, archives.other, "shop/stale:latest", "admin");
      await registry.answerRoute(false, "no listener takes it");
      return {
        broken: { registry },
        control: { registry: beside },
        says: /Accepted is False: no listener takes it/,
        mend: () => registry.answerRoute(true),
      };
    },
  },
  {
    codes: ["ZD106", "ZD304"],
    title: "a full volume, and an image for another architecture alone",
    how: "dd fills the volume, a push ends with 500, and a pod of an image for linux/arm64 is made",
    control: "a second registry of the same kind, in the same cluster",
    make: async (world) => {
      const { registry, beside, archives } = world;
      await world.pushed(registry, archives.arm, "shop/arms:v1");
      const empty = fill(world);
      await registry.push(archives.larger, "shop/larger:v1");
      const image = `${registry.host}/shop/arms:v1`;
      await world.pod({ name: "arms", image }, /CrashLoopBackOff|"terminated"/);
      return {
        broken: { registry },
        control: { registry: beside },
        says: /no space left on device/,
        mend: async () => {
          await empty();
          await world.pushed(registry, archives.larger, "shop/larger:v1");
        },
      };
    },
  },
];
