import type { MirrorOptions, NodeFile } from "./mirrors";

/** Where containerd is told to look for hosts.toml: `config_path` of its config. */
export const hostsFolder = "/etc/containerd/certs.d";

/** How long a node waits for a cache that does not answer before it asks the upstream. */
const dialTimeout = "3s";

/**
 * A `hosts.toml` for each upstream and for the registry itself, for containerd 1.5 and newer, 2.x included. containerd reads
 * them anew for each pull, and both alike (core/remotes/docker/config/hosts.go in 2.x, remotes/docker/config/hosts.go in 1.x). What
 * differs is where `config_path` stands, which is said in the first lines: 2.x has a config of version 3, and reads one of version 2, too.
 *
 * The URL of a mirror holds the prefix, and `override_path` keeps containerd from putting `/v2` behind it
 * (containerd, docs/hosts.md).
 */
export function containerdFiles(options: MirrorOptions): NodeFile[] {
  const { url, upstreams, fallback = true } = options;
  return [
    ...upstreams.map((upstream) => {
      const mirror = `${url}/v2/${upstream.name}`;
      const lines = fallback ? withFallback(mirror, upstream.url, options) : alone(mirror, options);
      return file(upstream.name, lines);
    }),
    // Without credentials: the registry's own images are pulled with pull secrets, which a header would replace.
    file(new URL(url).host, [`server = ${text(url)}`, "", `[host.${text(url)}]`, capabilities]),
  ];
}

const capabilities = '  capabilities = ["pull", "resolve"]';

function withFallback(mirror: string, upstream: string, options: MirrorOptions): string[] {
  return [`server = ${text(upstream)}`, "", ...host(mirror, options)];
}

/**
 * Without a `server` containerd would ask the upstream, so the cache is the server; containerd 1.x reads no file without
 * a host (remotes/docker/config/hosts.go: "invalid `host` tree"), so it is the host, too.
 */
function alone(mirror: string, options: MirrorOptions): string[] {
  return [
    `server = ${text(mirror)}`,
    "override_path = true",
    ...header(options, "[header]"),
    "",
    ...host(mirror, options),
  ];
}

function host(mirror: string, options: MirrorOptions): string[] {
  return [
    `[host.${text(mirror)}]`,
    capabilities,
    "  override_path = true",
    `  dial_timeout = ${text(dialTimeout)}`,
    ...header(options, `[host.${text(mirror)}.header]`),
  ];
}

function header({ credentials }: MirrorOptions, table: string): string[] {
  if (credentials === undefined) return [];
  const { username, password } = credentials;
  const basic = Buffer.from(`${username}:${password}`).toString("base64");
  return [table, `  Authorization = ${text(`Basic ${basic}`)}`];
}

function file(host: string, lines: readonly string[]): NodeFile {
  return {
    path: `${hostsFolder}/${host}/hosts.toml`,
    content: [...where, ...lines, ""].join("\n"),
  };
}

const where = [
  `# Read where containerd's config.toml says config_path = "${hostsFolder}":`,
  '# with version = 2 (containerd 1.x; 2.x reads it, too) under [plugins."io.containerd.grpc.v1.cri".registry],',
  '# with version = 3 (containerd 2.x) under [plugins."io.containerd.cri.v1.images".registry].',
];

/** A basic string of TOML, which JSON's are as well. */
const text = (value: string) => JSON.stringify(value);
