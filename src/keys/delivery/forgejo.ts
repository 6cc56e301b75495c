import { askForge } from "./forgeRequest";
import type { ForgeSecret } from "./forgeSecrets";
import type { ForgejoTarget } from "./target";

/**
 * Writes an Actions secret of Forgejo or Gitea, which store it encrypted and never show it again: `PUT
 * /api/v1/repos/{owner}/{repo}/actions/secrets/{name}` or `/orgs/{org}/…` with `{data}`; 201 where it is new, 204 where it was there
 * (Forgejo's API reference, "updateRepoSecret", "updateOrgSecret").
 */
export const putForgejoSecret =
  ({ url, repository, organization }: ForgejoTarget) =>
  async (token: string, { name, value, hidden }: ForgeSecret): Promise<void> => {
    const owner =
      repository === undefined
        ? `/orgs/${encodeURIComponent(organization ?? "")}`
        : `/repos/${repository}`;
    await askForge({
      method: "PUT",
      api: `${url}/api/v1`,
      path: `${owner}/actions/secrets/${name}`,
      headers: { authorization: `token ${token}` },
      body: { data: value },
      hidden: [token, ...hidden],
      hints:
        repository === undefined
          ? {
              403: "the token needs the scope write:organization, and its user must own the organization",
              404: `there is no organization ${organization ?? ""} that the token's user sees`,
            }
          : {
              403: "the token needs the scope write:repository, and its user must administer the repository",
              404: `there is no repository ${repository} that the token's user sees`,
            },
    });
  };
