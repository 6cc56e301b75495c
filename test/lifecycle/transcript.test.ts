import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Project } from "../support/lifecycle/project";
import type { Asked } from "../support/lifecycle/transcript/index";
import { skipBecause, skipWithout } from "../support/skip";
import { ClusterStandIn } from "../support/standIn/cluster";

const file = join(__dirname, "../fixtures/transcript.json");
const namespace = "zot-fleet-transcript";

interface Recorded {
  step: string;
  /** What the engine did, as `create Secret one`. */
  operations: string[];
  /** The object's data afterwards; null where there is none. */
  object: Record<string, string> | null;
}

const text = (value: string) => Buffer.from(value).toString("base64");

const steps: readonly {
  step: string;
  asked: Pick<Asked, "identifier" | "secrets">;
  refresh?: boolean;
}[] = [
  { step: "create", asked: { identifier: "a", secrets: { one: { x: text("1") } } } },
  {
    step: "upsert",
    asked: {
      identifier: "a",
      secrets: { one: { x: text("1") }, two: { x: text("1"), y: text("1") } },
    },
  },
  {
    step: "update",
    asked: {
      identifier: "a",
      secrets: { one: { x: text("1") }, two: { x: text("1"), y: text("2") } },
    },
  },
  { step: "provider replaced", asked: { identifier: "b", secrets: { one: { x: text("1") } } } },
  {
    // A replaced provider deletes what it made under the same names just before: only a refresh sees it.
    step: "made again",
    refresh: true,
    asked: { identifier: "b", secrets: { one: { x: text("2") } } },
  },
  {
    step: "upsert again",
    asked: { identifier: "b", secrets: { one: { x: text("2") }, two: { z: text("1") } } },
  },
  { step: "delete after upsert", asked: { identifier: "b", secrets: { one: { x: text("2") } } } },
];

/** Takes every step, and writes down what the engine did and what became of the object. */
async function record(
  project: Project,
  context: string,
  read: () => Promise<Recorded["object"]>,
): Promise<Recorded[]> {
  cpSync(
    join(__dirname, "../support/lifecycle/transcript/index.ts"),
    join(project.folder, "src/index.ts"),
  );
  await project.init();
  const recorded: Recorded[] = [];
  for (const { step, asked, refresh = false } of steps) {
    await project.configure({ asked: { ...asked, context, namespace } });
    const run = await project.up({ refresh });
    const operations = run.steps.map(
      ({ op, type, name }) => `${op} ${type.split(":").at(-1) ?? ""} ${name}`,
    );
    recorded.push({
      step,
      operations: [...operations, ...(run.ok ? [] : ["failed"])],
      object: await read(),
    });
  }
  return recorded;
}

const transcript = () => JSON.parse(readFileSync(file, "utf8")) as Recorded[];

describe("the provider's transcript", function () {
  this.timeout(0);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "zot-fleet-transcript-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("is what the stand-in does", async function () {
    skipWithout("pulumi", this);
    if (!existsSync(file)) skipBecause("no transcript was recorded", this);
    const cluster = new ClusterStandIn(join(folder, "cluster"));
    await cluster.open();
    const { plugins } = cluster;
    const project = new Project(join(folder, "project"), cluster.environment(), { plugins });
    try {
      const path = `/api/v1/namespaces/${namespace}/secrets/transcript`;
      const read = () =>
        Promise.resolve((cluster.api.get(path)?.["data"] ?? null) as Recorded["object"]);
      assert.deepEqual(await record(project, cluster.context, read), transcript());
    } finally {
      project.close();
      await cluster.close();
    }
  });

  it("is what the real provider does", async function () {
    for (const tool of ["pulumi", "pulumi-resource-kubernetes", "kubectl"]) skipWithout(tool, this);
    if ((process.env["KUBECONFIG"] ?? "") === "") skipBecause("KUBECONFIG names no cluster", this);
    const kubectl = async (...args: string[]) =>
      (await promisify(execFile)("kubectl", args)).stdout.trim();
    const context = await kubectl("config", "current-context");
    const project = new Project(join(folder, "project"), {});
    try {
      const read = async () => {
        const found = await kubectl(
          "-n",
          namespace,
          "get",
          "secret",
          "transcript",
          "--ignore-not-found",
          "-o",
          "json",
        );
        return found === "" ? null : (JSON.parse(found) as { data: Record<string, string> }).data;
      };
      const recorded = await record(project, context, read);
      if (process.env["ZOT_FLEET_RECORD"] !== undefined)
        writeFileSync(file, `${JSON.stringify(recorded, null, 2)}\n`);
      assert.deepEqual(recorded, transcript());
    } finally {
      project.close();
      await kubectl("delete", "namespace", namespace, "--ignore-not-found", "--wait");
    }
  });
});
