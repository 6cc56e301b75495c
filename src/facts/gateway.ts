/** A Gateway that a route attaches to. */
export interface Gateway {
  name: string;
  /** @default the route's own namespace, as the Gateway API has it */
  namespace?: string | undefined;
  /** One listener. @default every listener that fits the host name */
  section?: string | undefined;
}
