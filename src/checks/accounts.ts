import { randomBytes } from "node:crypto";
import { readApi } from "../facts/reach";
import { mayDo } from "../zot/mayDo";
import type { Check } from "./check";
import { isKnown, type DeclaredAccess } from "./expectations";
import { failed, late, nothingDeclared, passed, skipped } from "./outcomes";

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
    const listed = (some: typeof answers) =>
      some.map(({ path, status }) => `${path} ${status}`).join(", ");
    const wrong = answers.filter(({ status }) => status !== 401 && status !== 403);
    if (wrong.length === 0) return passed(`no credentials: ${listed(answers)}`);
    const broken = wrong.every(({ status }) => status >= 500);
    return (broken ? late : failed)(`without credentials: ${listed(wrong)}; wanted 401 or 403`);
  },
};

function isOpen({ control, version }: DeclaredAccess, repository: string): boolean {
  return mayDo(control, version, {}, { action: "read", repository });
}

const wrongPasswordRefused: Check = {
  code: "ZF202",
  title: "a wrong password is refused",
  hint: "Does the registry read the htpasswd file at all? Look at http.auth.htpasswd.path in its config.",
  async run({ client, accounts }) {
    const [account] = accounts;
    if (account === undefined) return skipped("no account is known");
    const { username } = account;
    const password = randomBytes(16).toString("hex");
    const { status } = await readApi(client({ username, password }));
    return status === 401
      ? passed(`${username} with a random password: 401`)
      : failed(`${username} with a random password is answered ${status}, not 401`);
  },
};

export const accountsAccepted: Check = {
  code: "ZF203",
  title: "every account is accepted",
  hint: "Is the htpasswd file that the registry reads the one that was made last? Zot does not see a changed mount: the pod must restart.",
  // The pod with the file before may answer until the new one is ready.
  lag: 20_000,
  run: ({ client, accounts }) =>
    accounts.length === 0
      ? Promise.resolve(skipped("no account is known"))
      : Promise.all(
          accounts.map(async (account) => {
            const { username } = account;
            if (!isKnown(account)) return skipped("only its hash is known", username);
            const { status } = await readApi(client({ username, password: account.password }));
            return status === 200
              ? passed("signs in", username)
              : late(`its own password is answered ${status}`, username);
          }),
        ),
};

const retiredRefused: Check = {
  code: "ZF204",
  title: "replaced passwords are refused",
  hint: "The old password still opens the registry: has it restarted with the new htpasswd file?",
  why: "A rotation that leaves the password before alive has rotated nothing. Zot reads its htpasswd file once: only a restarted pod forgets.",
  // The pod with the file before may answer until the new one is ready.
  lag: 20_000,
  async run({ client, retired }) {
    if (retired.length === 0) return nothingDeclared("no password was replaced");
    return Promise.all(
      retired.map(async (credentials) => {
        const { status } = await readApi(client(credentials));
        return status === 401
          ? passed("the password before is refused", credentials.username)
          : late(`the password before is answered ${status}, not 401`, credentials.username);
      }),
    );
  },
};

/** Who is let in. What they may do then, ZF205 looks at. */
export const accountChecks: readonly Check[] = [
  strangersRefused,
  wrongPasswordRefused,
  accountsAccepted,
  retiredRefused,
];
