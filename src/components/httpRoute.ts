import type { Gateway } from "../facts/gateway";
import { chartNames, zotPort } from "../zot/chartValues";

/** How clients reach the registry. */
export interface RouteSettings {
  /** The host name that clients use, such as `oci.killinit.cc`. */
  host: string;
  /** More host names that lead to it, such as the one before. @default none */
  aliases?: readonly string[] | undefined;
  /** The Gateways that route to it. @default none: no route is made */
  gateways?: readonly Gateway[] | undefined;
}

export interface HttpRouteOptions extends RouteSettings {
  name: string;
  namespace: string;
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
  gateways = [],
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
