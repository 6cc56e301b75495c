import { formatPlatform, parsePlatform } from "../images/platform";

/** Go's names, as the OCI image spec asks for: the systems and processors that container images are built for. */
const systems = ["linux", "windows", "freebsd"];
const processors =
  "386 amd64 arm arm64 loong64 mips mips64 mips64le mipsle ppc64 ppc64le riscv64 s390x".split(" ");

/** What every platform looks like; `isCanonicalPlatform` says more. */
export const platformPattern = new RegExp(
  `^(?:${systems.join("|")})/(?:${processors.join("|")})(?:/v[0-9.]+)?$`,
);

/** The rule of `isCanonicalPlatform`, in words. */
export const platformRule =
  "a platform in Go's words, os/architecture[/variant]: linux/amd64, linux/arm64 or linux/arm/v7";

/**
 * Whether `text` is a known platform in its one usual spelling: `linux/arm64`, not `linux/aarch64` or
 * `linux/arm64/v8`. One spelling, so that an archive stands under one key here and in the lock.
 */
export function isCanonicalPlatform(text: string): boolean {
  return platformPattern.test(text) && canonical(text) === text;
}

/** The usual spelling of a platform that is written otherwise; undefined when it is no known one. */
export function canonicalPlatform(text: string): string | undefined {
  const usual = canonical(text);
  return usual !== undefined && isCanonicalPlatform(usual) ? usual : undefined;
}

/** All that an error might suggest instead. */
export const commonPlatforms = [
  ...processors.filter((processor) => processor !== "arm").map((processor) => `linux/${processor}`),
  "linux/arm/v5",
  "linux/arm/v6",
  "linux/arm/v7",
  "windows/amd64",
];

function canonical(text: string): string | undefined {
  try {
    return formatPlatform(parsePlatform(text));
  } catch {
    return undefined;
  }
}
