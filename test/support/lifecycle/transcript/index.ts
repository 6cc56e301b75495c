import { Namespace } from "@pulumi/kubernetes/core/v1/namespace";
import { Secret } from "@pulumi/kubernetes/core/v1/secret";
import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";

/** What one step of the transcript asks for. */
export interface Asked {
  context: string;
  namespace: string;
  identifier: string;
  /** The content of the one object, by the resources that declare it. */
  secrets: Record<string, Record<string, string>>;
}

/** One object, declared by one or by two resources: what the provider makes of it is what is recorded. */
const { context, namespace, identifier, secrets } = new pulumi.Config(
  "zot-fleet",
).requireObject<Asked>("asked");
const provider = new Provider("provider", {
  context,
  kubeconfig: "",
  clusterIdentifier: identifier,
  enableSecretMutable: true,
  upsertExistingObjects: true,
});
const place = new Namespace(
  "place",
  { metadata: { name: namespace } },
  { provider, retainOnDelete: true },
);
let before: pulumi.Resource = place;
for (const [name, data] of Object.entries(secrets))
  before = new Secret(
    name,
    { metadata: { name: "transcript", namespace }, type: "Opaque", data },
    { provider, dependsOn: before },
  );
