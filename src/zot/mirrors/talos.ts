import type { MirrorOptions, NodeFile } from "./mirrors";

/** Documents for a Talos machine config (JSON is YAML), to be applied as a patch: `talosctl patch machineconfig --patch @file`. */
export function talosFiles({
  url,
  upstreams,
  fallback = true,
  credentials,
}: MirrorOptions): NodeFile[] {
  const { host } = new URL(url);
  const apiVersion = "v1alpha1";
  const kind = "RegistryMirrorConfig";
  const documents = [
    ...upstreams.map(({ name }) => ({
      apiVersion,
      kind,
      name,
      endpoints: [{ url: `${url}/v2/${name}`, overridePath: true }],
      ...(fallback ? {} : { skipFallback: true }),
    })),
    { apiVersion, kind, name: host, endpoints: [{ url }] },
    ...(credentials === undefined
      ? []
      : [{ apiVersion, kind: "RegistryAuthConfig", name: host, ...credentials }]),
  ];
  const content = documents
    .map((document) => `${JSON.stringify(document, null, 2)}\n`)
    .join("---\n");
  return [{ path: "talos-registries.yaml", content }];
}
