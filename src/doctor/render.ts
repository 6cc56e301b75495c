import { oneLine } from "../checks/render/text";
import type { Finding } from "./finding";
import type { Snapshot } from "./snapshot";

/** What every format shows. */
export interface Diagnosis {
  findings: readonly Finding[];
  /** What was looked at and what not, a line each. */
  seen: readonly string[];
}

type Render = (diagnosis: Diagnosis, options?: { color?: boolean }) => string;

/** What a snapshot was made of: nothing that was not looked at may pass for healthy. */
export function seenIn({ registry, cluster }: Snapshot): string[] {
  const { host, reach, signedIn, repositories, images } = registry;
  const reached =
    "status" in reach ? `answers ${reach.status}` : `does not answer: ${reach.message}`;
  const content =
    repositories === undefined
      ? "its content could not be listed"
      : `${repositories.length} repositories, ${images.length} images asked for`;
  return [
    `registry ${host}: ${reached}; ${content}`,
    ...(signedIn === false ? ["the given account is not accepted"] : []),
    ...(signedIn === undefined ? ["rights and keys: not looked at, no account was given"] : []),
    cluster === undefined
      ? "pods, pull secrets, route, storage: not looked at, no cluster was named (--stack or --context)"
      : `cluster: ${cluster.containers.length} containers of this registry or that cannot pull${cluster.registryLookedFor ? "" : "; the registry's own objects were not looked for (--stack)"}`,
  ];
}

const summary = (findings: readonly Finding[]) =>
  findings.length === 0
    ? "no cause of trouble was found"
    : `${findings.length} found, the most likely cause first`;

const table: Render = ({ findings, seen }, { color = false } = {}) => {
  const paint = (codeOf: number, text: string) =>
    color ? `\u001B[${codeOf}m${text}\u001B[0m` : text;
  const lines = findings.flatMap(({ code, title, subject, detail, hint, command }) => [
    `${paint(31, "× found")}  ${code}  ${title}`,
    `         ${oneLine(subject)}: ${oneLine(detail)}`,
    `         ${paint(31, "→")} ${hint}`,
    `         $ ${oneLine(command)}`,
    "",
  ]);
  const looked = seen.map((line) => `- ${oneLine(line)}`);
  const mark = findings.length === 0 ? `${paint(32, "√ fine")}   ` : "";
  return `${[...lines, "Looked at", ...looked, "", `${mark}${summary(findings)}`].join("\n")}\n`;
};

/** Text that stays text in Markdown. */
const escaped = (text: string) =>
  oneLine(text)
    .replace(/[\\`*_[\]|~]/g, String.raw`\$&`)
    .replaceAll("<", "&lt;")
    .replaceAll("@", "@\u200B");

const markdown: Render = ({ findings, seen }) => {
  const parts = findings.map(({ code, title, subject, detail, hint, command }, position) =>
    [
      `${position + 1}. **${code} ${escaped(title)}**`,
      `   - ${escaped(subject)}: ${escaped(detail)}`,
      `   - ${escaped(hint)}`,
      "",
      "   ```sh",
      `   ${oneLine(command).replaceAll("```", "")}`,
      "   ```",
    ].join("\n"),
  );
  const looked = seen.map((line) => `- ${escaped(line)}`);
  return `${["### Registry check", summary(findings), ...parts, "Looked at:", looked.join("\n")].join("\n\n")}\n`;
};

const json: Render = ({ findings, seen }) => `${JSON.stringify({ findings, seen }, null, 2)}\n`;

/** How a diagnosis can be told, by the names that `-o` takes. */
export const diagnosisFormats = { table, json, markdown };
