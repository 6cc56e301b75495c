import { randomUUID } from "node:crypto";
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { dockerConfig, holdsLogin, type Login } from "../../registry/dockerConfig";
import { inProject } from "../../system/projectFolder";
import { DeliveryError, type FileTarget } from "./target";

const contentOf = ({ type }: FileTarget, login: Login): string =>
  `${type === "key" ? login.password : dockerConfig(login)}\n`;

/** Writes the file as a whole or not at all, for its user alone. Folders on the way are made for the user alone, too. */
export async function writeKeyFile(target: FileTarget, login: Login): Promise<void> {
  const path = inProject(target.path);
  const beside = `${path}.${randomUUID()}`;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const file = await open(beside, "wx", 0o600);
    try {
      await file.writeFile(contentOf(target, login));
      // A key that is only in memory when the one before is revoked would be lost with the power.
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw failed(target, "written", error);
  }
}

export async function fileHolds(target: FileTarget, login: Login): Promise<boolean> {
  return (await contentIn(target)) === contentOf(target, login);
}

/** Removes the file where it holds this login, under whichever name of the registry; another one is not ours to remove. */
export async function removeFile(target: FileTarget, login: Login): Promise<void> {
  const content = await contentIn(target);
  const holds =
    target.type === "key"
      ? content === contentOf(target, login)
      : content !== undefined && holdsLogin(content, login);
  if (holds) await rm(inProject(target.path), { force: true });
}

async function contentIn(target: FileTarget): Promise<string | undefined> {
  try {
    return await readFile(inProject(target.path), "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw failed(target, "read", error);
  }
}

const failed = ({ path }: FileTarget, what: string, error: unknown) =>
  new DeliveryError(`the file ${path} cannot be ${what}: ${codeOf(error) ?? "it failed"}`);

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}
