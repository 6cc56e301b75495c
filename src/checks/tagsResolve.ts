import type { Check } from "./check";
import { eachImage } from "./images";
import { failed, late, passed, tell } from "./outcomes";

export const tagsResolve: Check = {
  code: "ZF303",
  title: "every seeded tag holds the seeded image",
  hint: "Somebody moved or deleted the tag. `pulumi up --refresh` puts it back, or tells, as the seed's onMoved says.",
  why: "Clusters pull by tag: whoever moves a tag changes what they run. The digest is what was seeded; the tag must still name it.",
  lag: 5_000,
  run: (context) =>
    eachImage(context, async ({ repository, tags, digest }, { client }) => {
      const found = await Promise.all(
        tags.map((tag) => {
          const subject = `${repository}:${tag}`;
          return tell(async () => {
            const held = await client.headManifest(repository, tag);
            if (held === undefined) return late(absent(digest), subject);
            return digest === undefined || held.digest === digest
              ? passed(held.digest, subject)
              : failed(`${held.digest}, should be ${digest}`, subject);
          }, subject);
        }),
      );
      return found.flat();
    }),
};

const absent = (digest: string | undefined) =>
  digest === undefined ? "absent" : `absent, should be ${digest}`;
