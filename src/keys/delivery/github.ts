import type { z } from "zod";
import { apiUrl, forgeSettings, ofForges, ownerPath, putEach, withOwner } from "./forge";
import type { ForgeRequest } from "./forgeRequest";
import { sealedFor } from "./sealedBox";
import { targetKind, type SchemaTools } from "./targetKind";

const settings = (tools: SchemaTools) =>
  tools.z
    .strictObject({
      to: tools.z.literal("github"),
      url: apiUrl(tools, "the address of GitHub's API")
        .default("https://api.github.com")
        .describe(
          "Where GitHub's API answers; of GitHub Enterprise https://host/api/v3. Its token stands in deliveryTokens.",
        ),
      ...forgeSettings(tools),
      visibility: tools.z
        .enum(["private", "all"])
        .default("private")
        .describe("Which of an organization's repositories see the secret."),
    })
    .describe("Actions secrets of GitHub.");

const targetOf = (config: z.output<ReturnType<typeof settings>>) => withOwner(config);

/**
 * Actions secrets of GitHub, sealed for the public key that it asks for first: `PUT /repos/{owner}/{repo}/actions/secrets/{name}` or
 * `/orgs/{org}/…` with `{encrypted_value, key_id}`; 201 where it is new, 204 where it was there (docs.github.com/rest/actions/secrets,
 * version 2022-11-28).
 */
export const github = targetKind({
  to: "github",
  settings,
  targetOf,
  ...ofForges,
  put: putEach(async (target, { name, value, hidden }, { token, askForge, readTexts }) => {
    const { url, repository, organization, visibility } = target;
    const common: Omit<ForgeRequest, "method" | "path"> = {
      api: url,
      headers: {
        accept: "application/vnd.github+json",
        "x-github-api-version": "2022-11-28",
        authorization: `Bearer ${token}`,
      },
      hidden: [token, ...hidden],
      hints: hintsFor(repository, organization),
    };
    const path = `${ownerPath(target)}/actions/secrets`;
    const { key_id, key } = await readTexts(
      { ...common, method: "GET", path: `${path}/public-key` },
      ["key_id", "key"],
    );
    await askForge({
      ...common,
      method: "PUT",
      path: `${path}/${name}`,
      body: {
        encrypted_value: await sealedFor(key, value),
        key_id,
        ...(repository === undefined ? { visibility } : {}),
      },
    });
  }),
});

const hintsFor = (repository: string | undefined, organization = "") =>
  repository === undefined
    ? {
        403: "the token needs the organization's permission Secrets: write (a classic one the scope admin:org)",
        404: `there is no organization ${organization} that the token may write secrets of`,
        422: "it was sealed for a key that was replaced just now, or the name is not allowed: run it again",
      }
    : {
        403: "the token needs the repository's permission Secrets: write (a classic one the scope repo)",
        404: `there is no repository ${repository} that the token may write secrets of`,
        422: "it was sealed for a key that was replaced just now, or the name is not allowed: run it again",
      };
