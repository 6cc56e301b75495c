import { z } from "zod";
import { askForge, readForge, type ForgeRequest } from "./forgeRequest";
import type { ForgeSecret } from "./forgeSecrets";
import { sealedFor } from "./sealedBox";
import type { GitHubTarget } from "./target";

const publicKey = z.looseObject({ key_id: z.string(), key: z.string() });

/**
 * Writes an Actions secret of GitHub, sealed for the public key that it asks for first: `PUT
 * /repos/{owner}/{repo}/actions/secrets/{name}` or `/orgs/{org}/…` with `{encrypted_value, key_id}`; 201 where it is new, 204 where it
 * was there (docs.github.com/rest/actions/secrets, version 2022-11-28).
 */
export const putGitHubSecret =
  ({ url, repository, organization, visibility }: GitHubTarget) =>
  async (token: string, { name, value, hidden }: ForgeSecret): Promise<void> => {
    const owner =
      repository === undefined
        ? `/orgs/${encodeURIComponent(organization ?? "")}`
        : `/repos/${repository}`;
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
    const path = `${owner}/actions/secrets`;
    const { key_id, key } = await readForge(
      { ...common, method: "GET", path: `${path}/public-key` },
      publicKey,
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
  };

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
