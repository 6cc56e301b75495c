import { z } from "zod";
import { allowed as allowedIn, isRepository, isTag } from "../images/reference";
import {
  canonicalPlatform,
  commonPlatforms,
  isCanonicalPlatform,
  platformPattern,
  platformRule,
} from "./platform";
import { nearest } from "./nearest";
import { rolloutsSchema } from "./rollouts";
import { allowedText, textThat } from "./rules";

/** How layers are compressed on their way to a registry when the stack file does not say. */
const defaultCompression = "zstd";

export const compressionSchema = z
  .enum(["zstd", "gzip"])
  .default(defaultCompression)
  .describe(
    "How layers are compressed when an image is pushed. zstd is faster and smaller; Docker pulls it from 23, containerd from 1.5.",
  );

const platform = z
  .string()
  .regex(platformPattern)
  .superRefine((text, context) => {
    if (isCanonicalPlatform(text)) return;
    const usual = canonicalPlatform(text) ?? nearest(text, commonPlatforms);
    const params = usual === undefined ? {} : { hint: `did you mean ${usual}?` };
    context.addIssue({ code: "custom", params });
  })
  .register(allowedText, { allowed: platformRule });

const path = textThat(
  "the path of a docker-archive, from the program's folder; ~ is not expanded",
  (text) => text.trim() !== "" && !text.startsWith("~") && !/\p{Cc}/u.test(text),
).min(1);

/** An image that the registry holds after every deployment, and where its bytes come from. */
export const seedSchema = z
  .strictObject({
    image: textThat(
      `a repository without registry and tag, such as openclaw/openclaw: ${allowedIn.repository}`,
      isRepository,
    ).describe("The repository: without the registry's name, and without a tag."),
    tags: z
      .array(textThat(`a tag: ${allowedIn.tag}`, isTag))
      .min(1)
      .register(allowedText, { allowed: "a list of tags, at least one" })
      .describe(
        "The tags that name the image. With several platforms, the first also names each of them, as <tag>-<architecture>.",
      ),
    archives: z
      .record(platform, path)
      .refine((archives) => Object.keys(archives).length > 0)
      .register(allowedText, {
        allowed: "an object with a docker-archive for each platform, at least one",
      })
      .describe(
        "A docker-archive for each platform, such as linux/amd64: images/openclaw-amd64.tar. Only `up` and `lock` read them.",
      ),
    onMoved: z
      .enum(["restore", "tell"])
      .default("restore")
      .describe(
        "What to do when a tag names another image at the registry: put it back, or only tell. A tag in access.moving needs tell.",
      ),
    onRemove: z
      .enum(["keep", "delete"])
      .default("keep")
      .describe("What happens to the image in the registry when it leaves the stack file."),
    rollouts: rolloutsSchema,
  })
  .describe("An image that the registry holds after every deployment.");

export const seedsSchema = z
  .array(seedSchema)
  .register(allowedText, {
    allowed: "a list of seeds, each an object with image, tags and archives",
  })
  .default([])
  .describe("Images that the registry holds after every deployment.");

export type SeedConfig = z.output<typeof seedSchema>;
