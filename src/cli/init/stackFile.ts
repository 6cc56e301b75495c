import { stringify } from "yaml";
import { parseStackConfig } from "../../config/stack";
import type { OfferedGateway } from "../../facts/offeredGateway";
import { registryDefaults } from "../../zot/chartValues";

/** A Gateway as a stack file names it. */
export type GatewayEntry = string | { name: string; namespace: string; section: string };

/** What a new stack file says. */
export interface NewStack {
  name: string;
  context: string;
  domain: string;
  gateways: readonly GatewayEntry[];
  /** The registry's namespace. */
  namespace: string;
  /** Absent where the cluster's default one is to be used. */
  storageClass?: string;
  /** Namespaces that get a pull secret. */
  pullSecrets: readonly string[];
}

/**
 * The stack file, with nothing in it that is a default.
 *
 * @throws ConfigError where the program would not take it
 */
export function stackFileText(stack: NewStack): string {
  const { name, context, domain, gateways, namespace, storageClass, pullSecrets } = stack;
  const registry = {
    ...(namespace === registryDefaults.namespace ? {} : { namespace }),
    ...(storageClass === undefined ? {} : { storage: { class: storageClass } }),
  };
  const raw = {
    cluster: { name, context, domain, gateways },
    ...(Object.keys(registry).length === 0 ? {} : { registry }),
    ...(pullSecrets.length === 0
      ? {}
      : { pullSecrets: pullSecrets.map((each) => ({ namespace: each })) }),
  };
  parseStackConfig(raw);
  const config = Object.fromEntries(
    Object.entries(raw).map(([key, value]) => [`zot-fleet:${key}`, value]),
  );
  return `# yaml-language-server: $schema=schema.json\n${stringify({ config }, { lineWidth: 0 })}`;
}

/** Whether a route of the registry would be served by it, by that protocol. */
export const isUsable = ({ listeners }: OfferedGateway, by?: "HTTPS"): boolean =>
  listeners.some(
    ({ problem, protocol }) => problem === undefined && (by === undefined || protocol === by),
  );

/**
 * How a stack file names a Gateway: whole, or by its HTTPS listeners where a plain one would serve the route as well, and take
 * passwords unencrypted.
 */
export function entriesOf(gateway: OfferedGateway, registryNamespace: string): GatewayEntry[] {
  const { namespace, name, listeners } = gateway;
  const usable = listeners.filter(({ problem }) => problem === undefined);
  const https = usable.filter(({ protocol }) => protocol === "HTTPS");
  if (https.length > 0 && https.length < usable.length)
    return https.map((listener) => ({ name, namespace, section: listener.name }));
  return [namespace === registryNamespace ? name : `${namespace}/${name}`];
}
