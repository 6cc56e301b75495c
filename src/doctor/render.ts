import { jsonText, type Format } from "../render/format";
import { escaped, fenced } from "../render/markdown";
import { oneLine, painted } from "../render/terminal";
import { userAgent } from "../system/version";
import type { Finding } from "./finding";
import type { Snapshot } from "./snapshot";

/** What every format shows. */
export interface Diagnosis {
  findings: readonly Finding[];
  /** What was looked at and what not, a line each. */
  seen: readonly string[];
  /** Whether an error was given that none of the findings explains. */
  unexplained: boolean;
}

/** Whether somebody's error, which tells of a failure, is still to be explained. */
export const isUnexplained = ({ errorText = "" }: Snapshot, findings: readonly Finding[]) =>
  findings.length === 0 &&
  /error|fail|fatal|denied|unauthori[sz]ed|invalid|refused|unknown|\b[45]\d\d\b/i.test(errorText);

/** What a snapshot was made of: nothing that was not looked at may pass for healthy. */
export function seenIn({ registry, cluster, errorText, caller }: Snapshot): string[] {
  const { host, reach, account, signedIn, repositories, images } = registry;
  const reached =
    "status" in reach ? `answers ${reach.status}` : `does not answer: ${reach.message}`;
  const content =
    repositories === undefined
      ? "its content could not be listed"
      : `${repositories.length} repositories, ${images.length} images asked for`;
  return [
    `registry ${host}: ${reached}; ${content}`,
    ...(signedIn === false ? ["the given account is not accepted"] : []),
    ...(signedIn === undefined
      ? [
          `rights and keys: not looked at, ${account === undefined ? "no account was given" : "the registry does not answer"}`,
        ]
      : []),
    cluster === undefined
      ? caller.localFolder === undefined
        ? "pods, pull secrets, route, storage: not looked at, no cluster was named (--stack or --context)"
        : "no cluster: this is the registry of npm run local"
      : `cluster: ${cluster.containers.length} containers of this registry or that cannot pull${cluster.registryPlace ? "" : "; the registry's own objects were not looked for (--stack)"}`,
    ...(cluster?.helmUnseen === undefined
      ? []
      : [`Helm's last operation: not looked at: ${cluster.helmUnseen}`]),
    ...volumesIn(cluster),
    ...(errorText === undefined || cluster === undefined || cluster.containers.length > 0
      ? []
      : ["pods: not looked at, the question was about an error (--pod, or none of both)"]),
  ];
}

/** Kubernetes tells neither the digest behind an image volume nor when it was pulled. */
function volumesIn(cluster: Snapshot["cluster"]): string[] {
  const count = cluster?.containers.filter(({ volume }) => volume).length ?? 0;
  return count === 0
    ? []
    : [`${count} of them image volumes: unknown what they hold, and whether it is current`];
}

function summary({ findings, unexplained }: Diagnosis): string {
  if (unexplained) return "the error is none that is known here, and nothing else was found";
  return findings.length === 0
    ? "no cause of trouble was found"
    : `${findings.length} found, the most likely cause first`;
}

const table: Format<Diagnosis> = (diagnosis, { color = false } = {}) => {
  const { findings, seen, unexplained } = diagnosis;
  const lines = findings.flatMap(({ code, title, subject, detail, hint, command }) => [
    `${painted("× found", "red", color)}  ${oneLine(`${code}  ${title}`)}`,
    `         ${oneLine(subject)}: ${oneLine(detail)}`,
    `         ${painted("→", "red", color)} ${oneLine(hint)}`,
    ...(command === undefined ? [] : [`         $ ${oneLine(command)}`]),
    "",
  ]);
  const looked = seen.map((line) => `- ${oneLine(line)}`);
  const mark = unexplained
    ? `${painted("? unknown", "yellow", color)}  `
    : findings.length === 0
      ? `${painted("√ fine", "green", color)}   `
      : "";
  return `${[...lines, "Looked at", ...looked, "", `${mark}${summary(diagnosis)}`].join("\n")}\n`;
};

const markdown: Format<Diagnosis> = (diagnosis) => {
  const { findings, seen } = diagnosis;
  const parts = findings.map(({ code, title, subject, detail, hint, command }, position) =>
    [
      `${position + 1}. **${code} ${escaped(title)}**`,
      `   - ${escaped(subject)}: ${escaped(detail)}`,
      `   - ${escaped(hint)}`,
      ...(command === undefined ? [] : ["", indented(fenced(oneLine(command), "sh"))]),
    ].join("\n"),
  );
  const looked = seen.map((line) => `- ${escaped(line)}`);
  return `${["### Registry check", summary(diagnosis), ...parts, "Looked at:", looked.join("\n")].join("\n\n")}\n`;
};

const indented = (text: string) => text.replace(/^/gm, "   ");

const json: Format<Diagnosis> = (diagnosis) => jsonText({ writtenBy: userAgent, ...diagnosis });

/** How a diagnosis can be told, by the names that `-o` takes. */
export const diagnosisFormats = { table, json, markdown };
