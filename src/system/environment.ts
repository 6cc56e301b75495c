/** Where programs, homes and temporary files are, in which language and time zone, and how the network is reached. */
const common =
  /^(PATH|HOME|USER|LOGNAME|LANG|LANGUAGE|LC_.*|TZ|TMPDIR|TERM|XDG_CACHE_HOME|XDG_DATA_HOME|HTTPS?_PROXY|NO_PROXY|ALL_PROXY)$/i;

/** Certificates of a company's own, which a download or a push to a registry of its own may need. */
const certificates = /^(SSL_CERT_FILE|SSL_CERT_DIR)$/;

/** What Go's tools read (`go help environment`): where modules come from and where builds are kept. */
const builds = /^(GO[A-Z0-9_]*|CC|CXX|CGO_.*|APT_CONFIG|DEBIAN_FRONTEND)$/;

/** As this process was started: `keepOnlyCommon` changes `process.env`. */
const started: Readonly<NodeJS.ProcessEnv> = { ...process.env };

/**
 * The environment of a program that we start. A list of what it may know, because nobody can list what it must not: this process
 * may hold the passphrase of a state, a cloud's keys and a forge's tokens, and programs obey variables that nobody thought of, such
 * as distribution's `REGISTRY_HTTP_ADDR`.
 */
export const childEnvironment = (more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
  ...only(process.env, common, certificates),
  ...more,
});

/** The environment of a program that downloads, installs or builds for us. */
export const installerEnvironment = (more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
  ...only(started, common, certificates, builds),
  ...more,
});

/** The environment of what must not depend on the shell that it was started from. */
export const hermeticEnvironment = (more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
  ...only(process.env, common),
  ...more,
});

/**
 * Forgets everything else that this process was started with, for libraries that pass all of it on to their children.
 *
 * @param more what is kept besides. @default nothing
 */
export function keepOnlyCommon(more = /^$/): void {
  forget((name) => !common.test(name) && !more.test(name));
}

/** Forgets what a shell tells the engine of a team's own stacks. */
export function forgetPulumi(): void {
  forget((name) => name.startsWith("PULUMI_"));
}

function forget(unwanted: (name: string) => boolean): void {
  for (const name of Object.keys(process.env).filter(unwanted))
    Reflect.deleteProperty(process.env, name);
}

function only(from: NodeJS.ProcessEnv, ...patterns: readonly RegExp[]): NodeJS.ProcessEnv {
  const kept = Object.entries(from).filter(([name]) => patterns.some((each) => each.test(name)));
  return Object.fromEntries(kept);
}
