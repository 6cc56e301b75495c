import { dockerConfig, type Login } from "../../registry/dockerConfig";
import type { ForgejoTarget, GitHubTarget } from "./target";

/** One secret of a forge. */
export interface ForgeSecret {
  name: string;
  value: string;
  /** What of it no error may show, should the forge echo it. */
  hidden: string[];
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
  const { username, password } = login;
  // Base64 of both is among the spellings that are hidden.
  const hidden = [password, `${username}:${password}`];
  if (type === "dockerconfigjson")
    return [{ name: configSecret, value: dockerConfig(login), hidden }];
  return [
    { name: usernameSecret, value: username, hidden },
    { name: keySecret, value: password, hidden },
  ];
}
