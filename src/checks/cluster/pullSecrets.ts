import { readPullSecrets } from "../../facts/pullSecret";
import { readApi } from "../../facts/reach";
import { probeRight } from "../../facts/rights";
import type { Credentials } from "../../registry/client";
import type { CheckContext, Outcome } from "../check";
import { failed, nothingDeclared, passed, skipped } from "../outcomes";
import type { ClusterCheck } from "./clusterChecks";

export const pullSecretsInPlace: ClusterCheck = (expected, reader) => ({
  code: "ZF502",
  title: "every namespace has its pull secret",
  hint: "Did something else write the Secret? `pulumi up --refresh` puts it back.",
  async run() {
    const { name, username, namespaces } = expected.pullSecret;
    if (namespaces.length === 0) return nothingDeclared("no namespace should have one");
    const found = await readPullSecrets(expected, reader);
    return found.map((content) => {
      const subject = `${content.namespace}/${name}`;
      if ("problem" in content) return failed(content.problem, subject);
      const { username: holder } = content.credentials;
      return holder === username
        ? passed(`${holder} at ${expected.host}`, subject)
        : failed(`it holds the account ${holder}, not ${username}`, subject);
    });
  },
});

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

/** Pulls, and asks whether the tag could be overwritten: 403 where that is denied. */
async function tryOut(
  { client, images }: CheckContext,
  credentials: Credentials,
): Promise<Outcome> {
  const { username } = credentials;
  const puller = client(credentials);
  const image = images.find(({ digest }) => digest !== undefined);
  const [tag] = image?.tags ?? [];
  if (image === undefined || tag === undefined) {
    const { status } = await readApi(puller);
    return status === 200
      ? skipped("signs in; there is no image to pull", username)
      : failed(`is answered ${status}`, username);
  }
  const manifest = await puller.getManifest(image.repository, tag);
  if (manifest === undefined)
    return failed(`${image.repository}:${tag} cannot be pulled`, username);
  const status = await probeRight(puller, "update", { repository: image.repository, tag });
  return status === 403
    ? passed(`pulls ${image.repository}:${tag}; overwriting it is answered 403`, username)
    : failed(
        `pulls ${image.repository}:${tag}, and overwriting it is answered ${status}, not 403`,
        username,
      );
}
