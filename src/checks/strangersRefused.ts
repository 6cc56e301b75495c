import type { Check } from "./check";
import { failed, passed } from "./outcomes";

/** Doors that would tell a stranger what the registry holds. */
const doors = ["/v2/", "/v2/_catalog"];

export const strangersRefused: Check = {
  code: "ZF201",
  title: "strangers are refused",
  hint: "The registry is open: look at accessControl in Zot's config, for anonymousPolicy above all.",
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
    const open = answers.filter(({ status }) => status !== 401 && status !== 403);
    return open.length === 0
      ? passed(
          `no credentials: ${answers.map(({ path, status }) => `${path} ${status}`).join(", ")}`,
        )
      : failed(
          `without credentials ${open.map(({ path, status }) => `${path} answers ${status}`).join(", ")}`,
        );
  },
};
