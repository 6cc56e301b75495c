/** What an image is, whatever it was compressed with: its canonical config for each platform. */
export function contentOf(
  platforms: readonly { platform: string; config: string }[],
): string | undefined {
  if (platforms.length === 0) return undefined;
  return platforms
    .map(({ platform, config }) => `${platform}=${config}`)
    .sort()
    .join(" ");
}
