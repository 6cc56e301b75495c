import { mayDo } from "../zot/mayDo";
import type { Check, DeclaredAccess } from "./check";
import { failed, late, passed, skipped } from "./outcomes";

/** Doors that would tell a stranger what the registry holds. */
const doors = ["/v2/", "/v2/_catalog"];

export const strangersRefused: Check = {
  code: "ZF201",
  title: "strangers are refused",
  hint: "The registry is open: look at accessControl in Zot's config, for anonymousPolicy above all.",
  why: "Image layers hold source code and sometimes credentials. Zot without accessControl, or with an anonymousPolicy, gives them to whoever reaches the address.",
  lag: 10_000,
  async run({ client, images, access }) {
    // Where some images are for everybody, the doors stand open and show those alone.
    const open = (repository: string) => access !== undefined && isOpen(access, repository);
    const opened = Object.values(access?.control.repositories ?? {}).some(
      ({ anonymousPolicy = [] }) => anonymousPolicy.length > 0,
    );
    const closed = images.filter(({ repository }) => !open(repository));
    const paths = [
      ...(opened ? [] : doors),
      ...closed
        .slice(0, 1)
        .map(({ repository, tags }) => `/v2/${repository}/manifests/${tags[0] ?? "latest"}`),
    ];
    if (paths.length === 0) return skipped("every seeded image is for everybody");
    const answers = await Promise.all(
      paths.map(async (path) => ({ path, ...(await client().request({ method: "GET", path })) })),
    );
    const told = (some: typeof answers) =>
      some.map(({ path, status }) => `${path} ${status}`).join(", ");
    const wrong = answers.filter(({ status }) => status !== 401 && status !== 403);
    if (wrong.length === 0) return passed(`no credentials: ${told(answers)}`);
    const broken = wrong.every(({ status }) => status >= 500);
    return (broken ? late : failed)(`without credentials: ${told(wrong)}; wanted 401 or 403`);
  },
};

function isOpen({ control, version }: DeclaredAccess, repository: string): boolean {
  return mayDo(control, version, {}, { action: "read", repository });
}
