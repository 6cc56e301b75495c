import { kubectl } from "../commands";
import type { Cause } from "../finding";
import { errorOf } from "../text";

export const bodyTooLarge: Cause = {
  code: "ZD404",
  title: "a gateway or the registry refuses a body of this size",
  hint: "Lift the gateway's limit for bodies (413 for a layer); a manifest may have 4 MiB at most, whatever the gateway says.",
  depth: 4,
  find: (snapshot) =>
    /\b413\b|entity too large|content too large/i.test(errorOf(snapshot))
      ? [
          {
            subject: snapshot.registry.host,
            detail: "the push ends with 413",
            command: kubectl(snapshot, "get httproute,gateway --all-namespaces -o yaml"),
          },
        ]
      : [],
};
