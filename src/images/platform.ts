import { field, object, parseJson, string, strings } from "./goJson";

/** Where an image runs, with the names of the OCI image spec (descriptor.md, "platform"). */
export interface Platform {
  os: string;
  architecture: string;
  /** The CPU variant, such as `v7`; absent where the architecture has one usual variant. */
  variant?: string;
  /** Windows only. */
  "os.version"?: string;
  /** Windows only. */
  "os.features"?: string[];
}

const part = /^[A-Za-z0-9_.-]+$/;

/** Reads `os/architecture[/variant]`, normalised; unlike containerd, infers nothing from this machine. */
export function parsePlatform(text: string): Platform {
  const parts = text.split("/");
  const [os, architecture, variant] = parts;
  if (
    os === undefined ||
    architecture === undefined ||
    parts.length > 3 ||
    !parts.every((each) => part.test(each))
  ) {
    throw new Error(
      `"${text}" is no platform; wanted os/architecture[/variant], such as linux/amd64 or linux/arm/v7`,
    );
  }
  return normalise({ os, architecture, ...(variant === undefined ? {} : { variant }) });
}

/** As `os/architecture[/variant]`, normalised: one text for a platform however it was written. */
export function formatPlatform(platform: Platform): string {
  const { os, architecture, variant } = normalise(platform);
  return [os, architecture, ...(variant === undefined ? [] : [variant])].join("/");
}

/** `text` as `formatPlatform` would write it, or `undefined` where it is no platform. */
export function normalisedPlatform(text: string): string | undefined {
  try {
    return formatPlatform(parsePlatform(text));
  } catch {
    return undefined;
  }
}

/**
 * What sets a platform's own tag apart, for `<first tag>-<suffix>`: `amd64`, `arm64`, `armv7`, with the operating system
 * before it where that is not Linux.
 */
export function tagSuffix(platform: Platform): string {
  const { os, architecture, variant = "" } = normalise(platform);
  return `${os === "linux" ? "" : `${os}-`}${architecture}${variant}`;
}

/**
 * Whether an image for `found` is what `promised` says: equal after normalisation. So arm64 is arm64/v8, and an arm
 * image that names no variant is arm/v7, which is how a node that pulls it will read it. Windows versions are not compared.
 */
export function samePlatform(promised: Platform, found: Platform): boolean {
  return formatPlatform(promised) === formatPlatform(found);
}

/**
 * The platform that an image config states, not normalised: what crane writes into an index for it (go-containerregistry
 * pkg/v1/config.go, ConfigFile.Platform). Missing fields are empty.
 */
export function platformOfConfig(config: Uint8Array | string): Platform {
  const image = object(parseJson(config, "image config"), "image config");
  const of = (name: string) => string(field(image, name), name);
  const [variant, version, features] = [
    of("variant"),
    of("os.version"),
    strings(field(image, "os.features"), "os.features"),
  ];
  return {
    os: of("os"),
    architecture: of("architecture"),
    ...(variant === "" ? {} : { variant }),
    ...(version === "" ? {} : { "os.version": version }),
    ...(features.length === 0 ? {} : { "os.features": features }),
  };
}

/** containerd's platforms.Normalize (github.com/containerd/platforms v1.0.0, database.go), without its defaults. */
function normalise({ os, architecture, variant }: Platform): Platform {
  const system = os.toLowerCase();
  const [arch, kind] = normaliseArch(architecture.toLowerCase(), (variant ?? "").toLowerCase());
  return {
    os: system === "macos" ? "darwin" : system,
    architecture: arch,
    ...(kind === "" ? {} : { variant: kind }),
  };
}

function normaliseArch(
  architecture: string,
  variant: string,
): [architecture: string, variant: string] {
  switch (architecture) {
    case "i386":
      return ["386", ""];
    case "x86_64":
    case "x86-64":
    case "amd64":
      return ["amd64", variant === "v1" ? "" : variant];
    case "aarch64":
    case "arm64":
      if (["8", "v8", "v8.0"].includes(variant)) return ["arm64", ""];
      return ["arm64", ["9", "9.0", "v9.0"].includes(variant) ? "v9" : variant];
    case "armhf":
      return ["arm", "v7"];
    case "armel":
      return ["arm", "v6"];
    case "arm":
      if (variant === "" || variant === "7") return ["arm", "v7"];
      return ["arm", ["5", "6", "8"].includes(variant) ? `v${variant}` : variant];
    default:
      return [architecture, variant];
  }
}
