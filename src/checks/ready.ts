import type { Check } from "./check";
import { failed, late, passed, skipped } from "./outcomes";

/** Zot answers these without credentials (pkg/api/routes.go, SetupRoutes). */
const probes = ["/livez", "/readyz"];

export const ready: Check = {
  code: "ZF103",
  title: "it calls itself alive and ready",
  hint: "Zot is ready when it has read its storage: look at its log, and give the startup probe more time for a large store.",
  lag: 60_000,
  async run({ client, kind, registry }) {
    if ((await kind()) !== "zot") return skipped("only Zot has /livez and /readyz");
    return Promise.all(
      probes.map(async (path) => {
        const { status } = await client().request({ method: "GET", path });
        if (status === 200) return passed("200", path);
        if (status === 404) {
          return registry?.kind === "zot"
            ? failed("404: is this another registry, or does a gateway not route the path?", path)
            : skipped("404: the way from here does not lead to this path", path);
        }
        return late(`answers ${status}`, path);
      }),
    );
  },
};
