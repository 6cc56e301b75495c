import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readPreview, type Preview } from "../../../src/reports/preview/readPreview";

/** What real runs of `pulumi preview --json` wrote, without traces, provider code and what was the same (see README.md there). */
export const samplesFolder = join(__dirname, "samples");

export const sampleNames = readdirSync(samplesFolder)
  .filter((name) => name.endsWith(".json"))
  .map((name) => name.slice(0, -".json".length))
  .sort();

export const sampleText = (name: string) =>
  readFileSync(join(samplesFolder, `${name}.json`), "utf8");

export const sample = (name: string): Preview => readPreview(sampleText(name), name);
