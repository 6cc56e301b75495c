import { text } from "node:stream/consumers";
import type { Command } from "commander";
import type { Credentials } from "../registry/client";
import { CliError } from "./failure";

export interface CredentialFlags {
  username?: string;
  passwordStdin: boolean;
}

/** The options of every command that can be somebody; `whom` says who. A password never stands on a command line. */
export function withCredentialFlags(command: Command, whom: string): Command {
  return command
    .option("--username <name>", whom)
    .option("--password-stdin", "with --username: read the password from standard input", false);
}

/** @throws CliError where one comes without the other, or standard input is empty */
export async function readCredentials({
  username,
  passwordStdin,
}: CredentialFlags): Promise<Credentials | undefined> {
  if ((username === undefined) === passwordStdin)
    throw new CliError("--username and --password-stdin belong together");
  if (username === undefined) return undefined;
  const password = (await text(process.stdin)).replace(/\r?\n$/, "");
  if (password === "") throw new CliError("there is no password on standard input");
  return { username, password };
}
