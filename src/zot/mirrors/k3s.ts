import type { MirrorOptions, NodeFile } from "./mirrors";

/**
 * `registries.yaml` of k3s and RKE2 (JSON is YAML). k3s asks the upstream where a mirror has no answer, whatever this file says;
 * its flag `--disable-default-registry-endpoint` ends that (docs.k3s.io, Private Registry Configuration).
 */
export function k3sFiles({
  url,
  upstreams,
  fallback = true,
  credentials,
}: MirrorOptions): NodeFile[] {
  const { host } = new URL(url);
  const mirrors = Object.fromEntries([
    ...upstreams.map(({ name }) => [
      name,
      { endpoint: [url], rewrite: { "^(.*)$": `${name}/$1` } },
    ]),
    [host, { endpoint: [url] }],
  ]) as object;
  const configs = credentials === undefined ? {} : { configs: { [host]: { auth: credentials } } };
  const first = fallback
    ? "# Where the cache has no answer, k3s asks the upstream."
    : "# Start k3s with --disable-default-registry-endpoint, or it asks upstreams where the cache has no answer.";
  return [
    {
      path: "/etc/rancher/k3s/registries.yaml",
      content: `${first}\n${JSON.stringify({ mirrors, ...configs }, null, 2)}\n`,
    },
  ];
}
