import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Where containerd looks for what it should know of registries, unless it was set elsewhere. */
const nodeCertificates = process.env["ZOT_FLEET_NODE_CERTS"] ?? "/etc/containerd/certs.d";

const hosts = "/etc/hosts";

/** Lets this machine, which is the cluster's node, find a host name. */
export function addName(name: string, address: string): void {
  removeName(name);
  const text = readFileSync(hosts, "utf8");
  writeFileSync(hosts, `${text}${text.endsWith("\n") ? "" : "\n"}${address} ${name}\n`);
}

export function removeName(name: string): void {
  const lines = readFileSync(hosts, "utf8").split("\n");
  writeFileSync(hosts, lines.filter((line) => !line.endsWith(` ${name}`)).join("\n"));
}

/** Lets the node's containerd trust the CA of a registry. It reads this at every pull. */
export function trustOnNode(name: string, ca: string): void {
  const folder = join(nodeCertificates, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "ca.crt"), ca);
  // No table for a host: what it refuses would be asked again of the server, under other rules, and only that be told.
  const lines = [`server = "https://${name}"`, `ca = ${JSON.stringify(join(folder, "ca.crt"))}`];
  writeFileSync(join(folder, "hosts.toml"), `${lines.join("\n")}\n`);
}

export function forgetOnNode(name: string): void {
  rmSync(join(nodeCertificates, name), { recursive: true, force: true });
}
