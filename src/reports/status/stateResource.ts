/** A resource as a stack's state holds it, secrets in plain text. */
export interface StateResource {
  type: string;
  urn: string;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
  /** RFC 3339: when it was made; absent in states of old engines. */
  created?: string;
  /** RFC 3339: when it was last changed; a deployment that leaves it as it is leaves this, too. */
  modified?: string;
}
