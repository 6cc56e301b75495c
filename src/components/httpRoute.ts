import { chartNames, zotPort } from "../zot/chartValues";

/** A Gateway that a route attaches to. */
export interface Gateway {
  name: string;
  /** @default the route's own namespace, as the Gateway API has it */
  namespace?: string | undefined;
  /** One listener. @default every listener that fits the host name */
  section?: string | undefined;
}

export interface HttpRouteOptions {
  name: string;
  namespace: string;
  host: string;
  /** More host names. @default none */
  aliases?: readonly string[] | undefined;
  gateways: readonly Gateway[];
  /** The longest that one request may take, in the Gateway API's notation (GEP-2257), such as `2h`. */
  timeout: string;
  annotations: Record<string, string>;
}

/** An HTTPRoute that brings everything for its host names to the registry, however long a push takes. */
export function httpRoute({
  name,
  namespace,
  host,
  aliases = [],
  gateways,
  timeout,
  annotations,
}: HttpRouteOptions) {
  return {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "HTTPRoute",
    metadata: {
      name,
      namespace,
      // None rather than an empty map: once a gateway has written its status, that would be a change in every preview.
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    },
    spec: {
      hostnames: [host, ...aliases],
      parentRefs: gateways.map(({ name: gateway, namespace: elsewhere, section }) => ({
        name: gateway,
        ...(elsewhere === undefined ? {} : { namespace: elsewhere }),
        ...(section === undefined ? {} : { sectionName: section }),
      })),
      rules: [
        {
          matches: [{ path: { type: "PathPrefix", value: "/" } }],
          backendRefs: [{ name: chartNames.service, port: zotPort }],
          timeouts: { request: timeout, backendRequest: timeout },
        },
      ],
    },
  };
}
