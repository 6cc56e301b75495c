import { RegistryClient } from "../../registry/client";

/** A registry whose images are cached. */
export interface ExpectedUpstream {
  /** As images are called: `docker.io`. */
  name: string;
  url: string;
  /** Absent where it is asked without an account. */
  username?: string;
  /** Absent where it is not known here. */
  password?: string;
}

/** An upstream may be out of reach from here, and a deployment has better to do than to wait for it. */
const patienceMs = 5_000;

/** Runs `work` with a client of the upstream, under its account where that is known. */
export async function askUpstream<T>(
  { url, username, password }: ExpectedUpstream,
  work: (client: RegistryClient) => Promise<T>,
): Promise<T> {
  const known = username !== undefined && password !== undefined;
  const client = new RegistryClient({
    url,
    retries: 0,
    timeoutMs: patienceMs,
    ...(known ? { credentials: { username, password } } : {}),
  });
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}
