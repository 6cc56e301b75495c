import type { z } from "zod";
import { apiUrl, forgeSettings, ofForges, putEach, withOwner } from "./forge";
import { targetKind, DeliveryError, type SchemaTools } from "./targetKind";

const settings = (tools: SchemaTools) =>
  tools.z
    .strictObject({
      to: tools.z.literal("gitlab"),
      url: apiUrl(tools, "GitLab's address")
        .default("https://gitlab.com")
        .describe("Where GitLab answers. Its token stands in deliveryTokens."),
      ...forgeSettings(tools),
      repository: tools
        .textLike("group/project, with the groups above it", /^[\w.-]+(?:\/[\w.-]+)+$/)
        .optional()
        .describe("The project whose pipelines use the key. This, or organization."),
      organization: tools
        .textLike("a group, with the groups above it", /^[\w.-]+(?:\/[\w.-]+)*$/)
        .optional()
        .describe("The group whose pipelines use the key. This, or repository."),
      protected: tools.z
        .boolean()
        .default(false)
        .describe("Whether only pipelines of protected branches and tags see it."),
    })
    .describe("CI/CD variables of GitLab.");

/**
 * CI/CD variables of GitLab: `PUT /api/v4/projects/{path}/variables/{key}` or `/groups/{path}/…` with `{value}` changes one that is there,
 * 404 where it is not; `POST …/variables` makes it (docs.gitlab.com/api/project_level_variables, …/group_level_variables). The key is
 * masked in job logs; what has spaces or quotes GitLab masks not.
 */
export const gitlab = targetKind({
  to: "gitlab",
  settings,
  targetOf: (config: z.output<ReturnType<typeof settings>>) => withOwner(config),
  ...ofForges,
  describe: ({ url, repository, organization = "" }) =>
    `the CI/CD variables of ${repository ?? organization} at ${url}`,
  put: putEach(async (target, { name, value, hidden }, { token, askForge }) => {
    const { url, repository, organization = "", keySecret } = target;
    const owner = repository ?? organization;
    const path = `/${repository === undefined ? "groups" : "projects"}/${encodeURIComponent(owner)}/variables`;
    const common = {
      api: `${url}/api/v4`,
      headers: { "private-token": token },
      hidden: [token, ...hidden],
      hints: {
        403: `the token needs the scope api, and its user the role Maintainer in ${owner}`,
        404: `there is no ${owner} that the token's user sees`,
      },
    };
    const body = { value, raw: true, masked: name === keySecret, protected: target.protected };
    try {
      await askForge({ ...common, method: "PUT", path: `${path}/${name}`, body });
    } catch (error) {
      if (!(error instanceof DeliveryError) || error.status !== 404) throw error;
      await askForge({ ...common, method: "POST", path, body: { ...body, key: name } });
    }
  }),
});
