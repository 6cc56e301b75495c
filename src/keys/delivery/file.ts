import { randomUUID } from "node:crypto";
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import type { z } from "zod";
import { dockerConfig, holdsLogin, type Login } from "../../registry/dockerConfig";
import { inProject } from "../../system/projectFolder";
import { DeliveryError, targetKind, type SchemaTools } from "./targetKind";

const settings = ({ z, textThat }: SchemaTools) =>
  z
    .strictObject({
      to: z.literal("file"),
      path: textThat("the path of a file; ~ is not expanded", (text) =>
        /^(?!~)[^\0]*[^/\0]$/.test(text),
      ).describe(
        "The file, relative to the folder of Pulumi.yaml, for the user alone. Only up and destroy look at it.",
      ),
      type: z
        .enum(["dockerconfigjson", "key"])
        .default("dockerconfigjson")
        .describe("dockerconfigjson: what --authfile reads. key: the key alone."),
    })
    .describe("A file of the machine that deploys.");

export type FileTarget = z.output<ReturnType<typeof settings>>;

/** A file of the machine that deploys. With `type: key` it is the key and a line break, for `--password-stdin`. */
export const file = targetKind({
  to: "file",
  settings,
  targetOf: (config: FileTarget) => config,
  describe: ({ path }) => `the file ${path}`,
  places: ({ path }) => [`the file ${path.replace(/^(?:\.\/)+/, "")}`],
  ofThisMachine: true,
  put: writeFile,
  holds: async (target, login) => (await contentIn(target)) === contentOf(target, login),
  withdraw: removeFile,
});

function contentOf({ type }: FileTarget, login: Login): string {
  return `${type === "key" ? login.password : dockerConfig(login)}\n`;
}

/** Writes the file as a whole or not at all, for its user alone. Folders on the way are made for the user alone, too. */
async function writeFile(target: FileTarget, login: Login): Promise<void> {
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

/** Removes the file where it holds this login, under whichever name of the registry; another one is not ours to remove. */
async function removeFile(target: FileTarget, login: Login): Promise<boolean> {
  const content = await contentIn(target);
  const holds =
    target.type === "key"
      ? content === contentOf(target, login)
      : content !== undefined && holdsLogin(content, login);
  if (holds) await rm(inProject(target.path), { force: true });
  return false;
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
