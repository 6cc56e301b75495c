import semver from "semver";
import { oldestSkopeo } from "../../seeding/runSkopeo";
import { fine, missing, unseen, type Look, type Need } from "./need";
import type { PulumiFacts, Situation } from "./situation";

/** Whether a version, of two numbers or three, lies in a range. */
const satisfies = (version: string, range: string) =>
  semver.satisfies(semver.coerce(version) ?? version, range);

const noPulumi = "pulumi is not on PATH";

/** What Pulumi's command tells of a stack, where there is one. */
const byPulumi = (look: (pulumi: PulumiFacts, situation: Situation) => Look[]) =>
  function byCommand(situation: Situation): Look[] {
    return situation.pulumi === undefined ? [unseen(noPulumi)] : look(situation.pulumi, situation);
  };

const node: Need = {
  code: "ZD501",
  subject: "Node",
  title: "Node is too old",
  hint: "Install a Node that package.json allows, and run npm ci with it.",
  look: ({ node: { version, wanted } }) => [
    satisfies(version, wanted) ? fine(version) : missing(`${version}, and ${wanted} is needed`),
  ],
};

const pulumi: Need = {
  code: "ZD502",
  subject: "pulumi",
  title: "Pulumi's command is not there, or older than the packages",
  hint: "Install it as https://www.pulumi.com/docs/install says.",
  look: ({ pulumi: found, wantedPulumi }) => {
    if (found === undefined) return [missing("not on PATH")];
    const { path, version } = found.tool;
    if (version === undefined) return [unseen(`${path} tells no version`)];
    return [
      satisfies(version, wantedPulumi)
        ? fine(version)
        : missing(`${version} at ${path}, and the packages are of ${wantedPulumi}`),
    ];
  },
};

const backend: Need = {
  code: "ZD503",
  subject: "state",
  title: "Pulumi is logged in nowhere",
  hint: "Log in where the states of your stacks are kept: pulumi login, or pulumi login file://…, or set PULUMI_BACKEND_URL.",
  look: byPulumi(({ backend: found }) => [
    "problem" in found
      ? missing(found.problem, { command: "pulumi login" })
      : fine(`kept at ${found.url}, as ${found.user}`),
  ]),
};

const stack: Need = {
  code: "ZD504",
  subject: "stack",
  title: "the stack is not there yet",
  hint: "Make it where the states are kept.",
  look: byPulumi(({ backend: found, stack: there }, { caller }) => {
    const { stack: name } = caller;
    if ("problem" in found) return [unseen("pulumi is logged in nowhere")];
    if (typeof there === "object") return [unseen(there.unknown)];
    return [
      there === "none"
        ? missing(`there is no stack ${name} at ${found.url}`, {
            command: `pulumi stack init ${name}`,
          })
        : fine(`${name} is there${there === "empty" ? ", and was not deployed yet" : ""}`),
    ];
  }),
};

const secrets: Need = {
  code: "ZD505",
  subject: "secrets",
  title: "secrets of the stack can be neither encrypted nor read",
  hint: "Set PULUMI_CONFIG_PASSPHRASE_FILE or PULUMI_CONFIG_PASSPHRASE to what the stack was made with, or log in at its key service.",
  why: "Pulumi encrypts the passwords in stack file and state. Without the passphrase, or with another one, up stops before it begins.",
  look: byPulumi(({ secretsProblem: seen }) => {
    if ("unseen" in seen) return [unseen(seen.unseen)];
    return [
      seen.found === undefined
        ? fine("a word was encrypted by the stack's provider")
        : missing(seen.found),
    ];
  }),
};

const plugins: Need = {
  code: "ZD506",
  subject: "plugins",
  title: "a plugin of Pulumi's is not there",
  hint: "Install it; a plugin on PATH is taken whatever its version.",
  look: (situation) => [
    languageHostLook(situation),
    ...situation.plugins.map((each) => pluginLook(each, situation)),
  ],
};

function languageHostLook({ pulumi: found }: Situation): Look {
  const name = "pulumi-language-nodejs";
  if (found === undefined) return unseen(noPulumi);
  if (found.runsNode) return fine(`${name}, which runs the program`);
  return missing(
    `${name}, which runs the program, is neither on PATH nor beside ${found.tool.path}: preview and up end before they begin`,
    {
      hint: "Install Pulumi whole, as https://www.pulumi.com/docs/install says: it is part of it.",
    },
  );
}

function pluginLook(
  { name, version, onPath }: Situation["plugins"][number],
  { pulumi: found, downloadsPlugins }: Situation,
): Look {
  if (onPath) return fine(`${name} is on PATH, and is taken whatever its version`);
  if (version === undefined)
    return missing(`@pulumi/${name} is not installed`, {
      hint: "Install the packages.",
      command: "npm ci",
    });
  if (found === undefined) return unseen(noPulumi);
  if (found.plugins.get(name)?.includes(version)) return fine(`${name} ${version}`);
  const command = { command: `pulumi plugin install resource ${name} v${version}` };
  return downloadsPlugins
    ? unseen(
        `${name} ${version} is not there; the first preview downloads it, and nobody tried whether it can`,
        { hint: "Install it now to know.", ...command },
      )
    : missing(`${name} ${version}, and Pulumi may not download it`, command);
}

const skopeo: Need = {
  code: "ZD507",
  subject: "skopeo",
  title: "skopeo is not there, or older than any that was tried",
  hint: "apt-get install skopeo (Debian, Ubuntu), brew install skopeo (macOS), dnf install skopeo (Fedora).",
  look: ({ config: { declared }, skopeo: tool }) => {
    if (declared === undefined) return [unseen("what is seeded is not known")];
    if (declared.seeds.length === 0) return [];
    if (tool === undefined) return [missing("not on PATH, and the stack seeds images")];
    const { path, version } = tool;
    if (version === undefined) return [unseen(`${path} tells no version`)];
    return [
      satisfies(version, `>=${oldestSkopeo}`)
        ? fine(version)
        : missing(`${version} at ${path}; seeding was run with ${oldestSkopeo} and newer`),
    ];
  },
};

const kubectl: Need = {
  code: "ZD508",
  subject: "kubectl",
  title: "kubectl is not there",
  hint: "Install it as https://kubernetes.io/docs/tasks/tools says.",
  look: ({ config: { declared }, kubectl: tool }) => {
    if (declared === undefined) return [unseen("what is restarted is not known")];
    if (declared.seeds.every(({ rollouts }) => rollouts.length === 0)) return [];
    return [
      tool === undefined
        ? missing("not on PATH, and seeds of the stack restart workloads")
        : fine(tool.version ?? tool.path),
    ];
  },
};

/** What has to be on this machine. */
export const machineNeeds: readonly Need[] = [
  node,
  pulumi,
  backend,
  stack,
  secrets,
  plugins,
  skopeo,
  kubectl,
];
