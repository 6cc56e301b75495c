import type { Context } from "mocha";
import { zotConfig, type ZotConfig, type ZotConfigOptions } from "../../src/zot/zotConfig";
import { startZot, type RunningRegistry, type ZotOptions } from "./registry";
import { skipWithout } from "./skip";
import { zotVersionOf } from "./zotVerify";

/** What a test may choose of Zot's config. */
export type TestZotOptions = Partial<ZotConfigOptions> & {
  /** More accounts, without a role. */
  others?: readonly string[];
  /** The Zot to start. @default the one on PATH */
  version?: string;
};

/** The password of every account. */
export const password = "secret";

/** A Zot with a deployment's own config, made for the release on PATH; skips what is running where there is none. */
export async function configuredZot(
  context: Context,
  options: TestZotOptions = {},
  more: Pick<ZotOptions, "prepare"> = {},
): Promise<{ zot: RunningRegistry; config: ZotConfig; version: string }> {
  const version = await zotVersionOf(skipWithout("zot", context));
  const config = testZotConfig({ version, ...options });
  return { zot: await startTestZot(config, options, more), config, version };
}

/** The config of a Zot for tests: `admin`, `puller-1` and `ci-1`, and no waiting after a refusal. */
export function testZotConfig({
  others: _,
  ...options
}: TestZotOptions & { version: string }): ZotConfig {
  return zotConfig({
    address: "127.0.0.1",
    port: 0,
    rootDirectory: "storage",
    htpasswdPath: "htpasswd",
    admins: ["admin"],
    readers: ["puller-1"],
    pushers: ["ci-1"],
    failDelay: 0,
    metrics: false,
    ...options,
  });
}

/** Starts the zot on PATH with that config; every account's password is `password`. */
export function startTestZot(
  config: ZotConfig,
  { admins = ["admin"], readers = ["puller-1"], pushers = ["ci-1"], others = [] }: TestZotOptions,
  more: Pick<ZotOptions, "prepare"> = {},
): Promise<RunningRegistry> {
  const names = [...admins, ...readers, ...pushers, ...others];
  const users = Object.fromEntries(names.map((name) => [name, password]));
  return startZot({ users, config: { ...config }, ...more });
}
