import { dockerConfig, type Login } from "../oci/dockerConfig";
import type { ForgejoTarget, GitHubTarget } from "./target";

/** One secret of a forge. */
export interface ForgeSecret {
  name: string;
  value: string;
}

/** What a forge is given for a login. */
export function forgeSecrets(
  {
    type,
    usernameSecret,
    keySecret,
    configSecret,
  }: Pick<ForgejoTarget | GitHubTarget, "type" | "usernameSecret" | "keySecret" | "configSecret">,
  login: Login,
): ForgeSecret[] {
  if (type === "dockerconfigjson") return [{ name: configSecret, value: dockerConfig(login) }];
  return [
    { name: usernameSecret, value: login.username },
    { name: keySecret, value: login.password },
  ];
}
