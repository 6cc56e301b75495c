import { sha256 } from "./digest";
import {
  array,
  boolean,
  field,
  map,
  object,
  parseJson,
  string,
  strings,
  type JsonObject,
} from "./goJson";
import { normaliseTime } from "./goTime";

/**
 * The canonical text of a Docker or OCI image config: what stays the same when `skopeo copy docker-archive:... --format
 * oci` writes the config anew, and nothing else. Two images are the same where this text is equal. Keys are sorted, empty
 * fields left out, times as Go writes them.
 *
 * skopeo reads the config into the OCI image spec's Go struct and writes that (containers/image, internal/image/
 * docker_schema2.go, OCIConfig and convertToManifestOCI1; the same from v5.22 to v5.42). So these are identity: created,
 * author, architecture, variant, os, os.version, os.features, rootfs, history, and of config: User, ExposedPorts, Env,
 * Entrypoint, Cmd, Volumes, WorkingDir, Labels, StopSignal.
 *
 * These are dropped on the way and no part of it: container, container_config, docker_version, id, parent, and of
 * config: Healthcheck, OnBuild, Shell, Hostname, Domainname, Image, MacAddress, Tty and the like. An image whose
 * healthcheck alone changed is pushed as the same image. `ArgsEscaped` is left out too, because it depends on the build
 * of skopeo: with image-spec from v1.1.0-rc3 (Debian 12's 1.9.3) it stays, before that (upstream's 1.9) it goes.
 *
 * Throws `GoJsonError` for values of a wrong type and for times that are none; skopeo refuses those too.
 */
export function canonicalConfig(json: Uint8Array | string): string {
  const image = object(parseJson(json, "image config"), "image config");
  const text = (name: string) => string(field(image, name), name);
  const rootfs = object(field(image, "rootfs"), "rootfs");
  return JSON.stringify(
    sorted({
      architecture: text("architecture"),
      config: runConfig(object(field(image, "config"), "config")),
      os: text("os"),
      rootfs: sorted({
        diff_ids: strings(field(rootfs, "diff_ids"), "rootfs.diff_ids"),
        type: string(field(rootfs, "type"), "rootfs.type"),
      }),
      ...present({
        author: text("author"),
        created: time(image, "created"),
        history: array(field(image, "history"), "history").map(historyEntry),
        "os.features": strings(field(image, "os.features"), "os.features"),
        "os.version": text("os.version"),
        variant: text("variant"),
      }),
    }),
  );
}

/** `sha256:` and the digest of the canonical text. */
export function canonicalConfigDigest(json: Uint8Array | string): string {
  return sha256(canonicalConfig(json));
}

function runConfig(config: JsonObject): JsonObject {
  const of = (name: string): [unknown, string] => [field(config, name), `config.${name}`];
  return sorted(
    present({
      User: string(...of("User")),
      ExposedPorts: keys(...of("ExposedPorts")),
      Env: strings(...of("Env")),
      Entrypoint: strings(...of("Entrypoint")),
      Cmd: strings(...of("Cmd")),
      Volumes: keys(...of("Volumes")),
      WorkingDir: string(...of("WorkingDir")),
      Labels: sorted(map(...of("Labels"), string)),
      StopSignal: string(...of("StopSignal")),
    }),
  );
}

function historyEntry(value: unknown, index: number): JsonObject {
  const path = `history[${index}]`;
  const entry = object(value, path);
  const text = (name: string) => string(field(entry, name), `${path}.${name}`);
  return sorted(
    present({
      author: text("author"),
      comment: text("comment"),
      created: time(entry, "created", `${path}.created`),
      created_by: text("created_by"),
      empty_layer: boolean(field(entry, "empty_layer"), `${path}.empty_layer`),
    }),
  );
}

function time(of: JsonObject, name: string, path = name): string | undefined {
  const value = field(of, name);
  return value === undefined ? undefined : normaliseTime(string(value, path), path);
}

/** A Go `map[string]struct{}`: the keys are all there is to it. */
function keys(value: unknown, path: string): JsonObject {
  return sorted(map(value, path, (each, at) => (object(each, at), {})));
}

/** Without what Go's `omitempty` leaves out. */
function present(fields: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => !isEmpty(value)));
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === "" || value === false) return true;
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

function sorted(fields: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1)));
}
