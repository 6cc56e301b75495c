import { mediaTypes } from "../../../src/images/mediaTypes";
import type { Made, Situation } from "../../support/doctor/situation";
import type { World } from "../../support/doctor/world";

const sameBeside = "the same push to the second registry, which lets it in";

/** What the push to the broken registry said, and what the same push to the other one did: nothing. */
async function pushBoth(
  world: World,
  says: RegExp,
  ...push: [source: string, image: string, who?: "admin" | "ci", args?: string[]]
): Promise<Made> {
  const { registry, beside } = world;
  const input = await registry.push(...push);
  if (input === "") throw new Error("the push went through");
  await world.pushed(beside, ...push);
  const args = ["--error", "-"];
  return {
    broken: { registry, args, input },
    control: { registry: beside, args, input: "" },
    says,
  };
}

/** What pushes end with, in skopeo's own words. */
export const pushSituations: Situation[] = [
  {
    codes: ["ZD208"],
    title: "a tag that may not be overwritten",
    how: "skopeo pushes another image over shop/web:v1 as ci",
    control: "the same push under a new tag, as ci, to the second registry",
    make: async (world) => {
      const { registry, beside, archives } = world;
      const input = await registry.push(archives.other, "shop/web:v1");
      await world.pushed(beside, archives.other, "shop/web:v2");
      const args = ["--error", "-"];
      return {
        broken: { registry, args, input },
        control: { registry: beside, args, input: "" },
        says: /the push is denied, and the tag holds sha256:/,
      };
    },
  },
  {
    codes: ["ZD401"],
    title: "manifest invalid, 415",
    how: "compat, and the caches that need it, taken from Zot's config.json by hand, and skopeo --format v2s2 pushes",
    control: sameBeside,
    make: async (world) => {
      // A cache that keeps digests does not start without compat.
      const mend = await world.registry.editConfig(({ http, extensions, ...config }) => {
        const { sync: _, ...rest } = extensions;
        return { ...config, http: { ...http, compat: [] }, extensions: rest };
      });
      const args = ["--format", "v2s2"];
      const push = [world.archives.app, "shop/docker:v1", "ci", args] as const;
      return { ...(await pushBoth(world, /the push ends with 415/, ...push)), mend };
    },
  },
  {
    codes: ["ZD402"],
    title: "manifest invalid, 400: an index whose child is not there",
    how: "an index is put whose one child is in another repository",
    control: "the same index beside its child, in the second registry",
    make: async (world) => {
      const { registry, beside } = world;
      const put = (where: typeof registry, repository: string) =>
        where
          .withClient(async (client) => {
            const child = await client.headManifest("shop/web", "v1");
            const platform = { os: "linux", architecture: "amd64" };
            const index = {
              schemaVersion: 2,
              mediaType: mediaTypes.ociIndex,
              manifests: [{ ...child, platform }],
            };
            const bytes = Buffer.from(JSON.stringify(index));
            await client.putManifest(repository, "all", bytes, mediaTypes.ociIndex);
            return "";
          })
          .catch(String);
      const args = ["--error", "-"];
      return {
        broken: { registry, args, input: await put(registry, "shop/apart") },
        control: { registry: beside, args, input: await put(beside, "shop/web") },
        says: /the push says/,
      };
    },
  },
  {
    codes: ["ZD403"],
    title: "a timeout that cuts large pushes",
    how: "readTimeout: 2s written into Zot's config.json by hand, and skopeo pushes 8 MiB over a slow line",
    control: sameBeside,
    make: async (world) => {
      const mend = await world.registry.editConfig(({ http, ...config }) => ({
        ...config,
        http: { ...http, readTimeout: "2s" },
      }));
      const slow = world.slowLine();
      const push = [world.archives.slow, "shop/slow:v1"] as const;
      const made = await pushBoth(
        world,
        /the push ends with .*, and the registry answers/,
        ...push,
      );
      return {
        ...made,
        mend: async () => {
          slow();
          await mend();
        },
      };
    },
  },
  {
    codes: ["ZD210"],
    title: "an account that may only pull",
    how: "skopeo pushes a new tag with the pull secret's account",
    control: "the same push as ci, to the second registry",
    make: async (world) => {
      const { registry, beside, archives } = world;
      const input = await registry.pushAs(await world.puller(), archives.app, "shop/web:v3");
      await world.pushed(beside, archives.app, "shop/web:v3");
      const args = ["--error", "-"];
      return {
        broken: { registry, args, input },
        control: { registry: beside, args, input: "" },
        says: /the push is denied, and nothing is there that it would overwrite/,
      };
    },
  },
  {
    codes: ["ZD207"],
    title: "an API key that has expired",
    how: "apikey: true written into Zot's config.json by hand, a key of ci that lasts two seconds in a pull secret, and a pod",
    control: "a pod of shop/web:v1 runs with the stack's pull secret",
    make: async (world) => {
      const mend = await world.registry.editConfig(({ http, ...config }) => ({
        ...config,
        http: { ...http, auth: { ...http.auth, apikey: true } },
      }));
      const { registry, namespaces } = world;
      const key = await world.endedKey();
      await world.cluster.kubectl(
        ...["-n", namespaces.bare, "create", "secret", "docker-registry", "keyed"],
        ...[
          `--docker-server=${registry.host}`,
          `--docker-username=${registry.accounts.ci.username}`,
        ],
        `--docker-password=${key}`,
      );
      const pod = await world.failing({
        namespace: namespaces.bare,
        name: "keyed",
        image: `${registry.host}/shop/web:v1`,
        pullSecrets: ["keyed"],
      });
      return {
        broken: { registry, args: ["--pod", pod] },
        control: { registry, args: ["--pod", `${namespaces.team}/fine`] },
        says: /keyed holds an API key of ci-\d, which is answered 401/,
        mend,
      };
    },
  },
];
