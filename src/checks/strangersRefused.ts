import type { Check } from "./check";
import { failed, late, passed } from "./outcomes";

/** Doors that would tell a stranger what the registry holds. */
const doors = ["/v2/", "/v2/_catalog"];

export const strangersRefused: Check = {
  code: "ZF201",
  title: "strangers are refused",
  hint: "The registry is open: look at accessControl in Zot's config, for anonymousPolicy above all.",
  why: "Image layers hold source code and sometimes credentials. Zot without accessControl, or with an anonymousPolicy, gives them to whoever reaches the address.",
  lag: 10_000,
  async run({ client, images }) {
    const paths = [
      ...doors,
      ...images
        .slice(0, 1)
        .map(({ repository, tags }) => `/v2/${repository}/manifests/${tags[0] ?? "latest"}`),
    ];
    const answers = await Promise.all(
      paths.map(async (path) => ({ path, ...(await client().request({ method: "GET", path })) })),
    );
    const told = (some: typeof answers) =>
      some.map(({ path, status }) => `${path} ${status}`).join(", ");
    const open = answers.filter(({ status }) => status !== 401 && status !== 403);
    if (open.length === 0) return passed(`no credentials: ${told(answers)}`);
    const broken = open.every(({ status }) => status >= 500);
    return (broken ? late : failed)(`without credentials: ${told(open)}; wanted 401 or 403`);
  },
};
