import { isRegistryStatus } from "../cluster/endpoint";
import { readClock } from "../facts/clock";
import { readApi } from "../facts/reach";
import { usualLimits } from "../config/checks";
import { asAdmin, type Check } from "./check";
import { failed, late, passed, skipped } from "./outcomes";

export const reachable: Check = {
  code: "ZF101",
  title: "the registry answers",
  hint: "Is the registry running, and does its address lead to it from here?",
  lag: 30_000,
  async run({ address, client }) {
    const { status } = await readApi(client());
    const words = `${address.url}/v2/ answers ${status}`;
    if (isRegistryStatus(status)) return passed(words);
    // A gateway answers for a backend that is not there yet: 404 before it knows the route, 502 to 504 before the pod.
    const detail = `${words}: not a registry, or not ready`;
    return status === 404 || status >= 500 ? late(detail) : failed(detail);
  },
};

const apiHeader = "docker-distribution-api-version";

const apiVersion: Check = {
  code: "ZF102",
  title: "it speaks the registry API, version 2",
  hint: "Does the address lead to the registry itself? A gateway, a proxy or a web interface answers in its place, or takes headers away.",
  why: "A registry names its API in a header. Something else behind the address, such as a login page, answers every path with 200 and would pass for one.",
  async run(context) {
    const client = asAdmin(context) ?? context.client();
    const { status, headers } = await readApi(client);
    const version = headers[apiHeader];
    if (version !== undefined) {
      return version.split(", ").includes("registry/2.0")
        ? passed(version)
        : failed(`it calls its API ${JSON.stringify(version)}, not registry/2.0`);
    }
    // Zot names the version only to those it knows (pkg/api/routes.go, CheckVersionSupport).
    return status === 401
      ? skipped("it does not tell strangers, and no admin's password is known")
      : failed(`/v2/ answers ${status} without the header ${apiHeader}`);
  },
};

/** Zot answers these without credentials (pkg/api/routes.go, SetupRoutes). */
const probes = ["/livez", "/readyz"];

const ready: Check = {
  code: "ZF103",
  title: "it calls itself alive and ready",
  hint: "Zot is ready when it has read its storage: look at its log, and give the startup probe more time for a large store.",
  lag: 60_000,
  async run({ client, kind, registry }) {
    if ((await kind()) !== "zot") return skipped("only Zot has /livez and /readyz");
    return Promise.all(
      probes.map(async (path) => {
        const { status } = await client().request({ method: "GET", path });
        if (status === 200) return passed("200", path);
        if (status === 404) {
          return registry?.kind === "zot"
            ? failed("404: is this another registry, or does a gateway not route the path?", path)
            : skipped("404: the way from here does not lead to this path", path);
        }
        return late(`answers ${status}`, path);
      }),
    );
  },
};

/** `Date` has whole seconds (RFC 9110, 6.6.1): what it says is up to a second old. */
const roundingMs = 500;

export const clockRight: Check = {
  code: "ZF106",
  title: "its clock agrees with ours",
  hint: "Is the time synchronised (NTP) on the registry's node, and here? Certificates, tokens and garbage collection go by it.",
  why: "A clock that is wrong makes certificates and API keys seem expired or not yet valid, and garbage collection delete what is new.",
  async run({ client, limits = {} }) {
    const { clockSkewSeconds = usualLimits.clockSkewSeconds } = limits;
    const clock = await readClock(() => readApi(client()));
    if (clock === undefined) return skipped("its answers carry no Date");
    const { aheadMs, travelMs } = clock;
    const skewMs = aheadMs + roundingMs;
    const words = `${Math.abs(skewMs / 1000).toFixed(1)} s ${skewMs < 0 ? "behind" : "ahead"}`;
    // Where the answer took long, nobody knows when in that time the clock was read.
    const certainMs = Math.abs(skewMs) - travelMs / 2 - roundingMs;
    return certainMs > clockSkewSeconds * 1000
      ? failed(`${words} of ours; ${clockSkewSeconds} s are allowed`)
      : passed(words);
  },
};

/** Whether there is a registry at the address. The first decides whether there is one to look at. */
export const reachChecks: readonly Check[] = [reachable, apiVersion, ready];
