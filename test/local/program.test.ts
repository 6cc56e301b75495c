import assert from "node:assert/strict";
import { runtime } from "@pulumi/pulumi";
import { localProgram } from "../../src/local/program";
import { settled } from "../support/deployment";

const digest = `sha256:${"a".repeat(64)}`;

/** What the engine is told of a resource. */
interface Registered {
  type: string;
  /** Its names at the top of the stack, where states of before have it. */
  atTop: string[];
}

interface Registration {
  getType: () => string;
  getName: () => string;
  getParent: () => string;
  getAliasesList: () => {
    getSpec: () => { getName: () => string; getNoparent: () => boolean } | undefined;
  }[];
  getAliasurnsList: () => string[];
}

/** What the program declares with an API key, and what it starts the registry with. */
async function declared(): Promise<{ resources: Registered[]; htpasswd: string[] }> {
  await runtime.setMocks({
    newResource: ({ type, name, ...rest }) => {
      const { inputs } = rest as { inputs: Record<string, unknown> };
      const computed = { plainPassword: "p", entry: `${name}:hash` };
      const state = type.endsWith(":Account") ? { ...inputs, ...computed } : inputs;
      return { id: `${name}-id`, state };
    },
    call: () => ({}),
  });
  const resources: Registered[] = [];
  const monitor = runtime.getMonitor() as unknown as {
    registerResource: (request: Registration, answer: unknown) => void;
  };
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, answer) => {
    resources.push({ type: request.getType(), atTop: namesOf(request) });
    register(request, answer);
  };
  let htpasswd: string[] = [];
  await localProgram({
    url: "http://127.0.0.1:5050",
    registry: { kind: "zot" },
    machines: { rotation: 1, machines: ["ci"] },
    images: [
      {
        repository: "team/app",
        tags: ["1"],
        platforms: [{ platform: "linux/amd64", archive: "a.tar", imageId: digest, config: digest }],
        onMoved: "restore",
        onRemove: "keep",
        rollouts: [],
      },
    ],
    expected: {},
    apiKeyFile: "key.json",
    start: (lines) => {
      htpasswd = lines;
      return Promise.resolve();
    },
  })();
  await settled();
  return { resources, htpasswd };
}

/** Its own name where nothing is above it but the stack, and its aliases: parts for today's engines, URNs for older ones. */
const namesOf = (request: Registration): string[] => [
  ...(/^$|:pulumi:pulumi:Stack::/.test(request.getParent()) ? [request.getName()] : []),
  ...request.getAliasesList().flatMap((alias) => {
    const spec = alias.getSpec();
    return spec?.getNoparent() ? [spec.getName() || request.getName()] : [];
  }),
  ...request.getAliasurnsList().flatMap((urn) => {
    const [type = "", name = ""] = urn.split("::").slice(2);
    return type.includes("$") ? [] : [name];
  }),
];

describe("the program of npm run local", () => {
  it("starts the registry with every account", async () => {
    const { htpasswd } = await declared();
    assert.deepEqual(htpasswd, ["admin:hash", "fleet:hash", "ci-1:hash"]);
  });

  // Another name is another resource to the engine: it would make a new password, push again and revoke the key.
  it("keeps what states know things by: at the top of the stack, by the name of the first day", async () => {
    const { resources } = await declared();
    const dynamic = resources.filter(({ type }) => type.startsWith("pulumi-nodejs:"));
    const known = dynamic.map(({ type, atTop }) => [type.split(":").at(-1), ...atTop].join(" "));
    assert.deepEqual(known.sort(), [
      "Account admin",
      "Account ci-1",
      "Account fleet",
      "ApiKey api-key",
      "KeyRevocation key-revocation",
      "KeyRevocationEnd key-revocation-end",
      "Seed team/app",
      "Verification registry",
    ]);
  });
});
