import type { CheckContext, Outcome } from "../check";
import { failed, passed, skipped } from "../outcomes";
import type { Credentials } from "../../registry/client";
import type { ClusterCheck } from "./expectations";
import { readPullSecrets } from "./pullSecretContent";

export const pullSecretsPull: ClusterCheck = (expected, reader) => ({
  code: "ZF503",
  title: "what the pull secrets hold pulls, and cannot push",
  hint: "The account of the pull secret has lost or gained rights: look at accessControl in Zot's config.",
  lag: 20_000,
  async run(context) {
    const contents = await readPullSecrets(expected, reader);
    const held = new Map(
      contents.flatMap((each) =>
        "credentials" in each
          ? [[JSON.stringify(each.credentials), each.credentials] as const]
          : [],
      ),
    );
    if (held.size === 0) return skipped("no pull secret could be read, or none should be there");
    const outcomes: Outcome[] = [];
    for (const credentials of held.values()) {
      outcomes.push(await tryOut(context, credentials));
    }
    return outcomes;
  },
});

/**
 * Pulls by tag and by digest, and tries to overwrite the tag with `{}`: 403 where it is denied, 400 where the account could
 * have done it. Nothing is written either way (tried on Zot 2.1.18).
 */
async function tryOut(
  { client, images }: CheckContext,
  credentials: Credentials,
): Promise<Outcome> {
  const { username } = credentials;
  const puller = client(credentials);
  const image = images.find(({ digest }) => digest !== undefined);
  const [tag] = image?.tags ?? [];
  if (image === undefined || tag === undefined) {
    const { status } = await puller.request({ method: "GET", path: "/v2/" });
    return status === 200
      ? skipped("signs in; there is no image to pull", username)
      : failed(`is answered ${status}`, username);
  }
  const path = `/v2/${image.repository}/manifests/${tag}`;
  const manifest = await puller.getManifest(image.repository, tag);
  if (manifest === undefined)
    return failed(`${image.repository}:${tag} cannot be pulled`, username);
  const { status } = await puller.request({
    method: "PUT",
    path,
    body: "{}",
    headers: { "content-type": "application/vnd.oci.image.manifest.v1+json" },
  });
  return status === 403
    ? passed(`pulls ${image.repository}:${tag}; overwriting it is answered 403`, username)
    : failed(
        `pulls ${image.repository}:${tag}, and overwriting it is answered ${status}, not 403`,
        username,
      );
}
