import { Config } from "@pulumi/pulumi";
import { FleetRegistry } from "zot-fleet";

const config = new Config();
const registries = ["ottawa", "accra"].map(
  (name) =>
    new FleetRegistry(name, {
      cluster: { name, context: name, domain: `${name}.killinit.cc`, gateways: ["private"] },
      adminPassword: config.requireSecret("adminPassword"),
      pullSecrets: [{ namespace: "openclaw" }],
    }),
);
export const urls = registries.map(({ url }) => url);
