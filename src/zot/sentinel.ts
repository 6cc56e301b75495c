/**
 * The image that a deployment keeps in a registry whose images lie in a bucket, and that nobody removes. While the bucket is
 * away Zot answers 404 for everything and calls itself ready: only where this one is found is something else absent.
 */
export const sentinelImage = "zot-fleet/sentinel:1";
