import { parseAddress, type RegistryAddress } from "./address";

/** What is wrong with an address, in words; undefined when nothing is. */
export function addressRule(address: RegistryAddress): string | undefined {
  try {
    parseAddress(address);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
