import { withEndpoint, type Endpoint } from "../../cluster/endpoint";
import { RegistryClient, type Credentials, type RegistryAddress } from "../../registry/client";

interface Reached {
  client: RegistryClient;
  address: RegistryAddress;
}

interface Shared {
  reached: Promise<Reached>;
  users: number;
  release: () => void;
  closed: Promise<void>;
}

const open = new Map<string, Shared>();

/**
 * Runs `work` with a client of the registry behind `endpoint`. Work that runs at the same time shares the client, its
 * connections and its port-forward; both are closed with the last of it.
 */
export async function withClient<T>(
  endpoint: Endpoint,
  credentials: Credentials,
  work: (client: RegistryClient, address: RegistryAddress) => Promise<T>,
): Promise<T> {
  const key = JSON.stringify([endpoint, credentials]);
  const shared = open.get(key) ?? reach(endpoint, credentials);
  open.set(key, shared);
  shared.users++;
  try {
    const { client, address } = await shared.reached;
    return await work(client, address);
  } finally {
    if (--shared.users === 0) {
      open.delete(key);
      shared.release();
      await shared.closed;
    }
  }
}

function reach(endpoint: Endpoint, credentials: Credentials): Shared {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  let closed: Promise<void> = Promise.resolve();
  const reached = new Promise<Reached>((resolve, reject) => {
    const whole = withEndpoint(endpoint, async (address) => {
      const client = new RegistryClient({ ...address, credentials });
      resolve({ client, address });
      await released;
      await client.close();
    });
    whole.catch(reject);
    // Never rejects: that it was not opened is told by `reached`.
    closed = whole.catch(() => undefined);
  });
  return { reached, users: 0, release, closed };
}
