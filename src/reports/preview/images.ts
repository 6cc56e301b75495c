import { z } from "zod";
import { keyWords, releaseWords, shortDigest } from "../../seeding/releaseWords";
import { code } from "../../render/markdown";
import { textAt, textsIn, type Change, type Described } from "./change";

/** What a change of a seed means: what is pushed, moved or deleted in the registry. */
export function seedChanges({ kind, name, old, now }: Described): Change[] {
  const image = (inputs: Described["old"]) =>
    code(`${textAt(inputs, "repository") ?? name}:${textsIn(inputs["tags"]).join(",")}`);
  switch (kind) {
    case "deleted": {
      const gone = textAt(old, "onRemove") === "delete";
      return [
        gone
          ? { kind, words: `deletes ${image(old)} from the registry`, risk: true }
          : { kind, words: `${image(old)} is no longer seeded; the registry keeps it` },
      ];
    }
    case "changed": {
      const [was, is] = [promotedIn(old), promotedIn(now)];
      const [oldKey, key] = [keyIn(old), keyIn(now)];
      if (is !== undefined && was?.digest !== is.digest) {
        const from = was === undefined ? "" : `${code(shortDigest(was.digest))} -> `;
        return [
          {
            kind,
            words: `promotes another image as ${image(now)} of ${code(is.source)}: ${from}${code(shortDigest(is.digest))}, ${wordsOf(is, key)}; its tags move`,
          },
        ];
      }
      if (is !== undefined && oldKey?.fingerprint !== key?.fingerprint)
        return [
          key === undefined
            ? { kind, words: `verifies no signature of ${image(now)} any more`, risk: true }
            : { kind, words: `verifies ${image(now)} by ${code(keyWords(key))}` },
        ];
      const [before, after] = [JSON.stringify(archives(old)), JSON.stringify(archives(now))];
      const tags = textsIn(now["tags"]).filter((tag) => !textsIn(old["tags"]).includes(tag));
      if (before !== after)
        return [
          { kind, words: `seeds a new image as ${image(now)} (${platforms(now)}): its tags move` },
        ];
      return tags.length > 0
        ? [{ kind, words: `seeds ${image(now)} under ${tags.map(code).join(", ")} as well` }]
        : [{ kind, words: `looks at ${image(now)} again; pushes what is missing` }];
    }
    default: {
      const promoted = promotedIn(now);
      if (promoted !== undefined)
        return [
          {
            kind,
            words: `promotes ${image(now)} of ${code(promoted.source)}: ${code(shortDigest(promoted.digest))}, ${wordsOf(promoted, keyIn(now))}`,
          },
        ];
      return [{ kind, words: `seeds ${image(now)} (${platforms(now)})` }];
    }
  }
}

const promoted = z.looseObject({
  source: z.string(),
  digest: z.string(),
  mediaType: z.string(),
  children: z.array(z.looseObject({ platform: z.string(), digest: z.string() })),
  referrers: z.array(
    z.looseObject({ digest: z.string(), subject: z.string(), artifactType: z.string() }),
  ),
  cosignTags: z.array(z.looseObject({ tag: z.string(), digest: z.string() })),
});

/** What a seed is at its source; undefined where it is made of archives. */
const promotedIn = (inputs: Described["old"]) => promoted.safeParse(inputs["promoted"]).data;

const signingKey = z.looseObject({ path: z.string(), fingerprint: z.string() });

/** The key by which it has to be signed; undefined where none is asked for. */
const keyIn = (inputs: Described["old"]) => signingKey.safeParse(inputs["signedBy"]).data;

/** What is promoted under a key is locked as signed by it: a preview without that ends before. */
const wordsOf = (is: z.output<typeof promoted>, key: ReturnType<typeof keyIn>): string =>
  releaseWords({ ...is, ...(key === undefined ? {} : { signedBy: key.fingerprint }) }, key);

function archives(inputs: Described["old"]): unknown {
  return items(inputs["platforms"]).map((each) => [
    textAt(each, "platform"),
    textAt(each, "config"),
  ]);
}

function platforms(inputs: Described["old"]): string {
  return items(inputs["platforms"])
    .map((each) => code(textAt(each, "platform") ?? "?"))
    .join(", ");
}

const items = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
