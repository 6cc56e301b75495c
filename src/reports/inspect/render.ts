import { jsonText, type Format } from "../../render/format";
import { code, codeCell, escaped, tableLines } from "../../render/markdown";
import { sizeText } from "../../render/size";
import { oneLine, painted } from "../../render/terminal";
import type { Inspection, PlatformImage, Runner } from "./inspection";

const short = (digest: string) => digest.slice(0, "sha256:".length + 12);

const table: Format<Inspection> = (inspection, { color = false } = {}) => {
  // Colours last: what a registry says is cleaned of its own.
  const bold = (text: string) => painted(oneLine(text), "bold", color);
  const { registry, repository, reference, digest, mediaType, size, tags, images } = inspection;
  const lines = [
    bold(`${repository} ${reference}`),
    ...pairs([
      ["Registry", registry],
      ["Digest", digest],
      ["Type", `${mediaType}, ${sizeText(size)}`],
      ["Tags", tags.join(", ") || "none: only its digest names it"],
    ]),
    ...images.flatMap((image) => ["", bold(image.platform), ...pairs(imagePairs(image))]),
    ...inspection.missing.map((each) =>
      oneLine(`× missing  ${each}: the index names it, and it is gone`),
    ),
    "",
    bold("Runs in"),
    ...runnerLines(inspection).map(oneLine),
  ];
  return `${lines.join("\n")}\n`;
};

function imagePairs(image: PlatformImage): [string, string][] {
  const { config, layers, created, starts, user, workingDirectory, environment } = image;
  const row = (name: string, value: string | undefined): [string, string][] =>
    value === undefined ? [] : [[name, value]];
  return [
    ["  Digest", image.digest],
    ["  Config", `${config.digest}, ${sizeText(config.size)}`],
    ...row("  Created", created),
    ...row("  Starts", starts && JSON.stringify(starts)),
    ...row("  User", user),
    ...row("  Folder", workingDirectory),
    ...row("  Variables", environment.length === 0 ? undefined : environment.join(", ")),
    ["  Layers", `${layers.length}, ${sizeText(image.bytes)}`],
    ...layers.map((layer, position): [string, string] => [
      `    ${position + 1}`,
      `${layer.digest}  ${sizeText(layer.size).padStart(9)}  ${layer.mediaType}`,
    ]),
  ];
}

function pairs(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${oneLine(value)}`);
}

function runnerLines({ runners }: Inspection): string[] {
  if ("notLooked" in runners) return [`- not looked at: ${runners.notLooked}`];
  if (runners.pods.length === 0) return ["- no pod of the cluster"];
  return runners.pods.map(runnerLine);
}

function runnerLine({ namespace, pod, container, node, digest, current }: Runner): string {
  const words = digest === undefined ? "- not pulled" : current ? "√ this image" : "‼ another   ";
  const where = node === undefined ? "" : ` on ${node}`;
  return `${words}  ${namespace}/${pod} (${container})${where}${digest === undefined || current ? "" : `: ${short(digest)}`}`;
}

const markdown: Format<Inspection> = (inspection) => {
  const { registry, repository, reference, digest, mediaType, tags, images, missing } = inspection;
  return `${[
    `### ${code(repository)} ${code(reference)}`,
    "",
    `- Registry: ${escaped(registry)}`,
    `- Digest: ${code(digest)}`,
    `- Type: ${code(mediaType)}`,
    `- Tags: ${tags.map(code).join(", ") || "none"}`,
    ...missing.map((each) => `- **missing**: ${code(each)}`),
    "",
    ...tableLines(
      ["Platform", "Digest", "Config", "Layers", "Size"],
      images.map((image) => [
        image.platform,
        { markdown: codeCell(image.digest) },
        { markdown: codeCell(short(image.config.digest)) },
        String(image.layers.length),
        sizeText(image.bytes),
      ]),
    ),
    "",
    "Runs in:",
    "",
    ...runnerLines(inspection).map((line) => `- ${escaped(line.replace(/^- /, ""))}`),
  ].join("\n")}\n`;
};

const json: Format<Inspection> = (inspection) => jsonText(inspection);

/** How an inspection can be told, by the names that `-o` takes. */
export const inspectionFormats = { table, json, markdown };
