import { readFileSync } from "node:fs";
import type { StackKey } from "./stackKey";

interface StackFile {
  version: number;
  checkpoint: { latest?: { secrets_providers: { state: { salt?: string } } } };
}

const isSealed = (value: unknown): value is { ciphertext: string } =>
  typeof (value as { ciphertext?: unknown } | null)?.ciphertext === "string";

/**
 * A state as `pulumi stack export` prints it, from the file that the engine keeps.
 * @param keyOf opens its secrets, by the salt where a passphrase does; without it they stay encrypted
 */
export function exportedState(
  path: string,
  keyOf?: (salt: string | undefined) => Pick<StackKey, "decrypt">,
): string {
  const { version, checkpoint } = JSON.parse(readFileSync(path, "utf8")) as StackFile;
  const { latest } = checkpoint;
  const text = JSON.stringify({ version, deployment: latest ?? {} }, null, 2);
  if (keyOf === undefined || latest === undefined) return text;
  const { salt } = latest.secrets_providers.state;
  const { decrypt } = keyOf(salt?.split(":")[1]);
  return JSON.stringify(
    JSON.parse(text, (_, value: unknown) => {
      if (!isSealed(value)) return value;
      const { ciphertext, ...rest } = value;
      return { ...rest, plaintext: decrypt(ciphertext) };
    }),
  );
}
