import type { Upstream } from "../upstreams";
import { containerdFiles } from "./containerd";
import { k3sFiles } from "./k3s";
import { talosFiles } from "./talos";

/** What nodes are to know of a registry and its caches. */
export interface MirrorOptions {
  /** Where the registry answers, as nodes reach it: `https://oci.killinit.cc`. */
  readonly url: string;
  readonly upstreams: readonly Pick<Upstream, "name" | "url">[];
  /** Whether a node asks the upstream itself where the cache has no answer. @default true */
  readonly fallback?: boolean;
  /**
   * An account that may pull. Pull secrets go to the registry that an image's name begins with, never to a mirror of it, so a
   * cache that is not for everybody needs this; it stands on nodes in plain text. @default none
   */
  readonly credentials?: { readonly username: string; readonly password: string } | undefined;
}

export interface NodeFile {
  /** Where it belongs on a node; a name alone, where it is no file there. */
  path: string;
  content: string;
}

export const mirrorFormats = {
  containerd: containerdFiles,
  k3s: k3sFiles,
  talos: talosFiles,
} as const satisfies Record<string, (options: MirrorOptions) => NodeFile[]>;

export type MirrorFormat = keyof typeof mirrorFormats;
