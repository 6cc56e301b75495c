/**
 * Makes errors that a program ends with readable, and lets them end at all: Pulumi inspects each of them in colours
 * (@pulumi/pulumi, cmd/run/error.ts), and names its own frames `…/node_modules/@pulumi/resource.ts`, at which Node 20 and others turn
 * for ever and take all memory (nodejs/node#64011, mended in #64022). Frames of what is installed tell a reader nothing here: they go.
 */
export function readableErrors(): void {
  process.off("uncaughtException", withoutInstalledFrames);
  process.off("unhandledRejection", withoutInstalledFrames);
  process.prependListener("uncaughtException", withoutInstalledFrames);
  process.prependListener("unhandledRejection", withoutInstalledFrames);
}

function withoutInstalledFrames(error: unknown): void {
  if (!(error instanceof Error)) return;
  try {
    const { stack = "" } = error;
    error.stack = stack
      .split("\n")
      .filter((line) => !/^\s+at .*[/\\]node_modules[/\\]/.test(line))
      .join("\n");
  } catch {
    // One that is frozen stays as it is.
  }
  if (error.cause !== undefined) withoutInstalledFrames(error.cause);
}
