import type { z } from "zod";
import { apiUrl, forgeSettings, ofForges, ownerPath, putEach, withOwner } from "./forge";
import { targetKind, type SchemaTools } from "./targetKind";

const settings = (tools: SchemaTools) =>
  tools.z
    .strictObject({
      to: tools.z.literal("forgejo"),
      url: apiUrl(tools, "Forgejo's address").describe(
        "Where Forgejo (or Gitea) answers. Its token stands in deliveryTokens.",
      ),
      ...forgeSettings(tools),
    })
    .describe("Actions secrets of Forgejo.");

/**
 * Actions secrets of Forgejo or Gitea, which store them encrypted and never show them again: `PUT
 * /api/v1/repos/{owner}/{repo}/actions/secrets/{name}` or `/orgs/{org}/…` with `{data}`; 201 where it is new, 204 where it was there
 * (Forgejo's API reference, "updateRepoSecret", "updateOrgSecret").
 */
export const forgejo = targetKind({
  to: "forgejo",
  settings,
  targetOf: (config: z.output<ReturnType<typeof settings>>) => withOwner(config),
  ...ofForges,
  put: putEach(async (target, { name, value, hidden }, { token, askForge }) => {
    const { url, repository, organization } = target;
    await askForge({
      method: "PUT",
      api: `${url}/api/v1`,
      path: `${ownerPath(target)}/actions/secrets/${name}`,
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
  }),
});
