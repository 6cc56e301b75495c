import { mediaTypes } from "../../../src/images/mediaTypes";
import { addName, removeName } from "../../support/doctor/nodeNames";
import { podBeside, type Situation } from "../../support/doctor/situation";

const podRuns = "a pod of shop/web:v1 runs in the same namespace";

/** Images that are not there, or not what somebody thinks. */
export const imageSituations: Situation[] = [
  {
    codes: ["ZD301"],
    title: "a tag that is not there",
    how: "a pod of shop/web:v1.2, where the repository has v1 and v1.1",
    control: podRuns,
    make: async (world) => {
      const image = `${world.registry.host}/shop/web:v1.2`;
      const pod = await world.failing({ name: "no-tag", image });
      return podBeside(world, pod, /shop\/web has no tag v1\.2; nearest: v1\.1, v1/);
    },
  },
  {
    codes: ["ZD302"],
    title: "a repository that is not there",
    how: "a pod of shop/wbe:v1",
    control: podRuns,
    make: async (world) => {
      const image = `${world.registry.host}/shop/wbe:v1`;
      const pod = await world.failing({ name: "no-repository", image });
      return podBeside(world, pod, /there is no shop\/wbe; nearest: shop\/web/);
    },
  },
  {
    codes: ["ZD303"],
    title: "a digest that went when its tag moved",
    how: "a pod pinned to the digest of shop/moved:v1, and another image pushed over that tag before it started",
    control: podRuns,
    make: async (world) => {
      const { registry, archives } = world;
      await world.pushed(registry, archives.app, "shop/moved:v1");
      const before = await registry.withClient((client) => client.headManifest("shop/moved", "v1"));
      await world.pushed(registry, archives.other, "shop/moved:v1", "admin");
      const digest = before?.digest ?? "";
      const image = `${registry.host}/shop/moved@${digest}`;
      const pod = await world.failing({ name: "no-digest", image });
      return podBeside(world, pod, new RegExp(`shop/moved has no ${digest}; its tags: v1`));
    },
  },
  {
    codes: ["ZD201"],
    title: "another host in the image",
    how: "a pod of registry.doctor.test/shop/web:v1",
    control: podRuns,
    make: async (world) => {
      const other = "registry.doctor.test";
      // So that the node need not wait for its resolver.
      addName(other, world.gateway.address);
      const pod = await world.failing({ name: "other-host", image: `${other}/shop/web:v1` });
      return {
        ...podBeside(world, pod, /is of registry\.doctor\.test; this registry has shop\/web/),
        mend: () => {
          removeName(other);
          return Promise.resolve();
        },
      };
    },
  },
  {
    codes: ["ZD304"],
    title: "an image for another architecture alone",
    how: "a pod of an image that was built and pushed for linux/arm64, on a node of linux/amd64",
    control: podRuns,
    make: async (world) => {
      const { registry, archives } = world;
      await world.pushed(registry, archives.arm, "shop/arm:v1");
      const image = `${registry.host}/shop/arm:v1`;
      const pod = await world.pod({ name: "arm", image }, /CrashLoopBackOff|"terminated"/);
      return podBeside(world, pod, /its node is linux\/amd64, the image is for linux\/arm64/);
    },
  },
  {
    codes: ["ZD304"],
    title: "an index that lacks the node's architecture",
    how: "a pod of an index whose one child is for linux/arm64",
    control: podRuns,
    make: async (world) => {
      const { registry, archives } = world;
      await world.pushed(registry, archives.arm, "shop/indexed:v1-arm64");
      await registry.withClient(async (client) => {
        const child = await client.headManifest("shop/indexed", "v1-arm64");
        const platform = { os: "linux", architecture: "arm64" };
        const manifests = [{ ...child, platform }];
        const index = { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests };
        const bytes = Buffer.from(JSON.stringify(index));
        await client.putManifest("shop/indexed", "v1", bytes, mediaTypes.ociIndex);
      });
      const image = `${registry.host}/shop/indexed:v1`;
      const pod = await world.failing({ name: "indexed", image });
      return podBeside(world, pod, /its node is linux\/amd64, the image is for linux\/arm64/);
    },
  },
  {
    codes: ["ZD305"],
    title: "a pod that runs an older latest",
    how: "a pod of shop/latest:latest runs, and another image is pushed over the tag",
    control: podRuns,
    make: async (world) => {
      const { registry, archives } = world;
      await world.pushed(registry, archives.app, "shop/latest:latest", "admin");
      const image = `${registry.host}/shop/latest:latest`;
      const pod = await world.running({ name: "stale", image });
      await world.pushed(registry, archives.other, "shop/latest:latest", "admin");
      return podBeside(world, pod, /runs sha256:\w+, the tag names sha256:\w+ \(imagePull/);
    },
  },
];
