import { isKnown } from "../../checks/expectations";
import type { Verified } from "../../checks/runVerification";
import { withEndpoint } from "../../cluster/endpoint";
import { readZot } from "../../facts/zot";
import { RegistryClient, RegistryError, type Credentials } from "../../registry/client";
import type { HeldTags } from "./imageMatrix";

/** What a registry tells of itself. */
export interface RegistryLook {
  held: HeldTags;
  version?: string;
  usedBytes?: number;
}

/**
 * Asks a registry for what every image is, and for its version and use.
 *
 * @param images as `repository:tag`
 * @throws EndpointError, KubernetesError where there is no way to it
 */
export function checkRegistry(
  { endpoint, accounts, registry }: Pick<Verified, "endpoint" | "accounts" | "registry">,
  images: readonly string[],
  signal: AbortSignal,
): Promise<RegistryLook> {
  return withEndpoint(
    endpoint,
    async (address) => {
      const clients = new Map<string, RegistryClient>();
      const client = (credentials: Credentials) => {
        const name = credentials.username;
        const known =
          clients.get(name) ??
          new RegistryClient({
            ...address,
            concurrency: 16,
            signal,
            credentials,
          });
        clients.set(name, known);
        return known;
      };
      const known = accounts.filter(isKnown);
      const admin = known.find(({ role }) => role === "admin");
      try {
        const [held, { version, usedBytes }] = await Promise.all([
          admin === undefined ? {} : heldTags(client(admin), images),
          registry?.kind === "distribution"
            ? { version: undefined, usedBytes: undefined }
            : tolerant(() => readZot(known, client)),
        ]);
        return {
          held,
          ...(version === undefined ? {} : { version }),
          ...(usedBytes === undefined ? {} : { usedBytes }),
        };
      } finally {
        await Promise.all([...clients.values()].map((each) => each.close()));
      }
    },
    { patience: 0 },
  );
}

async function heldTags(client: RegistryClient, images: readonly string[]): Promise<HeldTags> {
  const found = await Promise.all(
    images.map(async (image) => {
      const colon = image.lastIndexOf(":");
      try {
        const head = await client.headManifest(image.slice(0, colon), image.slice(colon + 1));
        return [image, head?.digest ?? null] as const;
      } catch (error) {
        if (!(error instanceof RegistryError)) throw error;
        return [image, undefined] as const;
      }
    }),
  );
  return Object.fromEntries(found);
}

/** A registry that does not tell of itself is looked at all the same. */
async function tolerant(
  ask: () => ReturnType<typeof readZot>,
): Promise<{ version?: string; usedBytes?: number }> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof RegistryError) return {};
    throw error;
  }
}
