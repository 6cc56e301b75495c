import { rm } from "node:fs/promises";
import type { Context } from "mocha";
import type { Verified } from "../../../src/checks/runVerification";
import { parseStackConfig, type StackConfig } from "../../../src/config/stack";
import { selfSigned } from "../certificates";
import { declare, revealed } from "../deployment";
import { skipWithout } from "../skip";
import type { Undo } from "../undo";
import { zotVersionOf } from "../zotVerify";
import { startGateway, type Gateway } from "./gateway";
import { startIssuer, type IssuerOptions, type RunningIssuer } from "./issuer";
import { PodHere, type RunningPod } from "./podHere";

export const registry = "https://oci.fleet.test";
export const callback = `${registry}/zot/auth/callback/oidc`;
const clientSecret = "hunter2/with+signs=";

/** What the provider tells of people. */
export const people = {
  ana: { email: "ana@killinit.cc", groups: ["Builders", "staff"] },
  ben: { email: "ben@killinit.cc", groups: ["staff"], roles: ["platform"] },
  kim: { email: "kim@killinit.cc", groups: ["platform"] },
  eve: { email: "eve@killinit.cc", groups: [] },
};

/** A provider, a gateway, and behind it the Zot that a stack file's deployment declares. */
export interface Site {
  tls: { key: string; cert: string };
  issuer: RunningIssuer;
  provider: IssuerOptions;
  gateway: Gateway;
  config: StackConfig;
  pod: PodHere;
  zot: RunningPod;
  /** What the deployment's verification is told. */
  verified: Verified;
}

/** Starts all of it; what is to be ended is added to `undo`. `more` of the stack file adds to what the site needs. */
export async function startSite(
  context: Context,
  undo: Undo[],
  more: Record<string, unknown> = {},
): Promise<Site> {
  for (const tool of ["openssl", "skopeo"]) skipWithout(tool, context);
  const version = await zotVersionOf(skipWithout("zot", context));
  const tls = selfSigned(["DNS:oci.fleet.test", "IP:127.0.0.1"]);
  const clients = [
    { id: "zot", secret: clientSecret, callback },
    { id: "elsewhere", secret: clientSecret, callback: `${registry}/callback` },
  ];
  const provider = { tls, clients, people };
  const issuer = await startIssuer(provider);
  const running: { site?: Site } = {};
  undo.push(() => (running.site?.issuer ?? issuer).stop());
  const gateway = await startGateway(tls);
  undo.push(() => gateway.stop());
  const config = parseStackConfig({
    cluster: { name: "fleet", context: "fleet", domain: "fleet.test" },
    endpoint: { via: "route", connect: `127.0.0.1:${gateway.port}`, ca: tls.cert },
    zot: { version },
    oidc: { issuer: issuer.url, clientId: "zot", ca: tls.cert },
    oidcClientSecret: clientSecret,
    access: {
      roles: { admin: ["group:platform"], ci: ["group:Builders"], puller: ["group:staff"] },
    },
    ...more,
  });
  const { resources } = await declare(config, false);
  const { inputs = {} } = resources.find(({ type }) => type.endsWith(":Verification")) ?? {};
  const pod = await PodHere.of(resources);
  undo.push(() => rm(pod.folder, { recursive: true }));
  const site: Site = {
    ...{ tls, issuer, provider, gateway, config, pod },
    zot: await pod.start(),
    verified: revealed(inputs) as Verified,
  };
  running.site = site;
  undo.push(() => site.zot.stop());
  gateway.lead(site.zot.port);
  return site;
}

/** Starts one more pod of the same deployment, and lets the gateway ask all in turn. */
export async function addPod(site: Site, undo: Undo[]): Promise<RunningPod> {
  const { resources } = await declare(site.config, false);
  const pod = await PodHere.of(resources);
  undo.push(() => rm(pod.folder, { recursive: true }));
  const zot = await pod.start();
  undo.push(() => zot.stop());
  site.gateway.lead(site.zot.port, zot.port);
  return zot;
}

/** Ends Zot and starts it again, or another one, in its place. */
export async function replacePod(site: Site, pod: PodHere = site.pod): Promise<void> {
  await site.zot.stop();
  site.zot = await pod.start();
  site.gateway.lead(site.zot.port);
}

/** Lets the provider tell other things of people, at the same address. */
export async function tellOf(site: Site, others: IssuerOptions["people"]): Promise<void> {
  const { port } = site.issuer;
  await site.issuer.stop();
  site.issuer = await startIssuer({ ...site.provider, people: others, port });
}

/** The pod of the same deployment with another provider's settings, not started. */
export async function podWith(
  { config }: Site,
  change: Partial<NonNullable<StackConfig["oidc"]>>,
  undo: Undo[],
): Promise<PodHere> {
  if (config.oidc === undefined) throw new Error("the site has no provider");
  const other = { ...config, oidc: { ...config.oidc, ...change } };
  const pod = await PodHere.of((await declare(other, false)).resources);
  undo.push(() => rm(pod.folder, { recursive: true }));
  return pod;
}
