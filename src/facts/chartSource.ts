import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { parse } from "yaml";
import { RegistryClient, RegistryError } from "../registry/client";
import { inProject } from "../system/projectFolder";
import { chartReference, type ChartChoice } from "../zot/chartVersions";

/** Whether a chart is where a stack file says; `unseen` where only Helm itself could tell. */
export type ChartSource = { found: string } | { problem: string } | { unseen: string };

/** What is read of a Helm repository's list (helm.sh, "The Index File"). */
const indexSchema = z.looseObject({
  entries: z.record(z.string(), z.array(z.looseObject({ version: z.string() }))),
});

/** An index grows with each version of each chart. */
const mostIndexBytes = 16 * 1024 * 1024;

/** Looks where Helm will look, without an account. */
export async function readChartSource(choice: ChartChoice): Promise<ChartSource> {
  const { chart, version = "", repositoryOpts } = chartReference(choice);
  if (repositoryOpts === undefined && !chart.startsWith("oci://")) return atPath(chart);
  try {
    return repositoryOpts === undefined
      ? await inRegistry(chart, version)
      : await inRepository(repositoryOpts.repo, chart, version);
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    return { problem: error.message };
  }
}

function atPath(path: string): ChartSource {
  const file = join(inProject(path), "Chart.yaml");
  return existsSync(file) ? { found: file } : { problem: `there is no ${file}` };
}

async function inRegistry(chart: string, version: string): Promise<ChartSource> {
  const { origin, pathname } = new URL(chart.replace(/^oci:/, "https:"));
  await using client = new RegistryClient({ url: origin, retries: 1, timeoutMs: 10_000 });
  try {
    const found = await client.headManifest(pathname.slice(1), version);
    return found === undefined
      ? { problem: `${chart} has no ${version}` }
      : { found: `${chart}:${version}` };
  } catch (error) {
    if (error instanceof RegistryError && (error.status === 401 || error.status === 403))
      return { unseen: `${chart} asks for an account, which only Helm knows` };
    throw error;
  }
}

async function inRepository(repo: string, chart: string, version: string): Promise<ChartSource> {
  const { origin, pathname } = new URL(`${repo.replace(/\/$/, "")}/index.yaml`);
  await using client = new RegistryClient({ url: origin, retries: 1, timeoutMs: 10_000 });
  const { status, body } = await client.request({
    method: "GET",
    path: pathname,
    maxBytes: mostIndexBytes,
  });
  const url = `${origin}${pathname}`;
  if (status >= 300 && status < 400)
    return { unseen: `${url} leads elsewhere, where only Helm follows` };
  if (status === 401 || status === 403)
    return { unseen: `${url} asks for an account, which only Helm knows` };
  if (status !== 200) return { problem: `${url} answers ${status}` };
  const { data } = indexSchema.safeParse(yamlOf(body));
  if (data === undefined) return { problem: `${url} is no list of charts` };
  return (data.entries[chart] ?? []).some((each) => each.version === version)
    ? { found: `${chart} ${version} in ${repo}` }
    : { problem: `${repo} has no ${chart} ${version}` };
}

function yamlOf(body: Buffer): unknown {
  try {
    return parse(body.toString("utf8")) as unknown;
  } catch {
    return undefined;
  }
}
