import { lookup } from "node:dns/promises";

/** The addresses that this machine finds for a host name, or why it finds none. */
export async function readHostAddresses(
  host: string,
): Promise<{ addresses: string[] } | { problem: string }> {
  try {
    const found = await lookup(host, { all: true });
    return { addresses: found.map(({ address }) => address) };
  } catch (error) {
    return { problem: (error as NodeJS.ErrnoException).code ?? "unknown" };
  }
}
