import * as pulumi from "@pulumi/pulumi";
import { ApiKey } from "../resources/classes";

/**
 * The options of a component whose resources stood at the top of the stack in states of before, the API key by another name: they
 * stay what they are, and a password that was generated stays what it was.
 */
export const keepIdentity: pulumi.ComponentResourceOptions = {
  transformations: [
    ({ resource, props, opts }) => {
      if (resource instanceof pulumi.ComponentResource) return undefined;
      const before = {
        parent: pulumi.rootStackResource,
        ...(resource instanceof ApiKey ? { name: "api-key" } : {}),
      };
      return { props, opts: pulumi.mergeOptions(opts, { aliases: [before] }) };
    },
  ],
};
