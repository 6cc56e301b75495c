import type { RegistryClient } from "../registry/client";
import type { DeclaredRegistry, RegistryKind } from "./check";

/**
 * What only Zot answers with 200: the list of its extensions, which every build has (pkg/api/routes.go, SetupRoutes), and
 * its liveness, which a gateway may not route.
 */
const signs = ["/v2/_oci/ext/discover", "/livez"];

/** Which registry it is: as declared, else by what only Zot answers. */
export async function kindOf(
  declared: DeclaredRegistry | undefined,
  client: RegistryClient,
): Promise<RegistryKind> {
  if (declared?.kind !== undefined) return declared.kind;
  for (const path of signs) {
    const { status } = await client.request({ method: "GET", path });
    if (status === 200) return "zot";
  }
  return "distribution";
}
