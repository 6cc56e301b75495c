import { failed, passed, skipped } from "../outcomes";
import type { ClusterCheck } from "./expectations";
import { readPullSecrets } from "./pullSecretContent";

export const pullSecretsInPlace: ClusterCheck = (expected, reader) => ({
  code: "ZF502",
  title: "every namespace has its pull secret",
  hint: "Did something else write the Secret? `pulumi up --refresh` puts it back.",
  async run() {
    const { name, username, namespaces } = expected.pullSecret;
    if (namespaces.length === 0) return skipped("no namespace should have one");
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
