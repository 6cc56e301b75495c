import { asAdmin, type Check, type Outcome } from "./check";
import { failed, passed, skipped } from "./outcomes";

export const tagsResolve: Check = {
  code: "ZF303",
  title: "every seeded tag holds the seeded image",
  hint: "Somebody moved or deleted the tag. `pulumi up --refresh` puts it back, or tells, as the seed's onMoved says.",
  async run(context) {
    const client = asAdmin(context);
    if (client === undefined) return skipped("no admin's password is known");
    const tags = context.images.flatMap(({ repository, tags, digest }) =>
      digest === undefined ? [] : tags.map((tag) => ({ repository, tag, digest })),
    );
    if (tags.length === 0) return skipped("no image is seeded");
    return Promise.all(
      tags.map(async ({ repository, tag, digest }): Promise<Outcome> => {
        const found = await client.headManifest(repository, tag);
        const subject = `${repository}:${tag}`;
        if (found === undefined) return failed(`absent, should be ${digest}`, subject);
        return found.digest === digest
          ? passed(digest, subject)
          : failed(`${found.digest}, should be ${digest}`, subject);
      }),
    );
  },
};
