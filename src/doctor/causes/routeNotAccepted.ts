import { kubectl } from "../commands";
import type { Cause } from "../finding";

export const routeNotAccepted: Cause = {
  code: "ZD105",
  title: "a gateway does not accept the registry's route",
  hint: "Name gateways that are there (zot-fleet:cluster.gateways), whose listeners allow routes from the registry's namespace and fit its host name.",
  depth: 1,
  find: (snapshot) =>
    (snapshot.cluster?.route?.parents ?? [])
      .filter(({ accepted }) => !accepted)
      .map(({ gateway, message }) => ({
        subject: gateway,
        detail: message,
        command: kubectl(
          snapshot,
          `-n ${snapshot.cluster?.registryPlace?.namespace ?? "default"} describe httproute ${snapshot.cluster?.route?.name ?? ""}`,
        ),
      })),
};
