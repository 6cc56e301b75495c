import type { Input } from "@pulumi/pulumi";
import type { DeclaredAccess, ExpectedUpstream } from "../checks/expectations";
import { platformsOf } from "../seeding/releaseWords";
import type { Upstream } from "../zot/upstreams";
import type { DeploymentConfig } from "./deploymentConfig";
import type { RegistryAccount } from "./registryAccount";
import { registryConfig, type ConfiguredRegistry } from "./registryConfig";
import type { SeededImages } from "./seededImages";

/** What the verification compares the registry's images with. */
export const expectedImages = (seeds: SeededImages["seeds"]) =>
  seeds.map(({ image: { promoted }, seed: { repository, tags, digest, problem, platforms } }) => ({
    repository,
    tags,
    digest,
    problem,
    // Left out of what is made of archives, so that a state from before there was another kind shows no change.
    ...(promoted === undefined
      ? { platforms: platforms.apply((all) => all.map(({ platform }) => platform)) }
      : { platforms: platformsOf(promoted), cosignTags: promoted.cosignTags }),
  }));

type UpstreamToVerify = Omit<ExpectedUpstream, "password"> & { password?: Input<string> };

interface UseConfig extends Pick<DeploymentConfig, "access" | "upstreamPasswords"> {
  upstreams: readonly Upstream[];
}

/** What the verification compares rights and caches with, wherever the registry runs. */
export function expectedUse(
  zot: ConfiguredRegistry["zot"],
  config: UseConfig,
  accounts: readonly Pick<RegistryAccount, "username" | "role">[],
  host: string,
): { access: DeclaredAccess; upstreams?: UpstreamToVerify[] } {
  const { access, upstreams: caches } = config;
  const { http } = registryConfig({ host, zot, accounts, access, upstreams: caches });
  const upstreams = expectedUpstreams(config);
  return {
    access: { control: http.accessControl, version: zot.version },
    ...(upstreams.length === 0 ? {} : { upstreams }),
  };
}

/** Each upstream with the account that it is asked with. */
function expectedUpstreams({
  upstreams,
  upstreamPasswords: passwords = {},
}: UseConfig): UpstreamToVerify[] {
  return upstreams.map(({ name, url, username }) => {
    const password = passwords[name];
    if (username === undefined) return { name, url };
    return { name, url, username, ...(password === undefined ? {} : { password }) };
  });
}
