import { asAdmin, type Check } from "./check";
import { failed, passed, skipped } from "./outcomes";

const header = "docker-distribution-api-version";

export const apiVersion: Check = {
  code: "ZF102",
  title: "it speaks the registry API, version 2",
  hint: "Does the address lead to the registry itself? A gateway, a proxy or a web interface answers in its place, or takes headers away.",
  why: "A registry names its API in a header. Something else behind the address, such as a login page, answers every path with 200 and would pass for one.",
  async run(context) {
    const client = asAdmin(context) ?? context.client();
    const { status, headers } = await client.request({ method: "GET", path: "/v2/" });
    const version = headers[header];
    if (version !== undefined) {
      return version.split(", ").includes("registry/2.0")
        ? passed(version)
        : failed(`it calls its API ${JSON.stringify(version)}, not registry/2.0`);
    }
    // Zot names the version only to those it knows (pkg/api/routes.go, CheckVersionSupport).
    return status === 401
      ? skipped("it does not tell strangers, and no admin's password is known")
      : failed(`/v2/ answers ${status} without the header ${header}`);
  },
};
