import type { SeededTags } from "./retention/retentionConfig";

const repository = "zot-fleet/sentinel";
const tag = "1";

/**
 * The image that a deployment keeps in a registry whose images lie in a bucket, and that nobody removes. While the bucket is
 * away Zot answers 404 for everything and calls itself ready: only where this one is found is something else absent.
 */
export const sentinelImage = `${repository}:${tag}`;

/** What no rule of retention may delete. */
export const sentinelTags: SeededTags = { repository, tags: [tag] };
