import { jsonText, type Format } from "../../render/format";
import { code as coded, escaped } from "../../render/markdown";
import { oneLine, painted } from "../../render/terminal";
import { userAgent } from "../../system/version";
import type { Finding } from "../finding";
import type { NeedLine } from "./need";

/** What a stack's first deployment needs, and how it stands with it. */
export interface Needs {
  stack: string;
  needs: readonly NeedLine[];
}

const marks = {
  fine: ["√ fine   ", "green"],
  missing: ["× missing", "red"],
  unseen: ["? unseen ", "yellow"],
} as const;

const countOf = ({ needs }: Needs, wanted: NeedLine["state"]) =>
  needs.filter(({ state }) => state === wanted).length;

const summary = (all: Needs) =>
  `${countOf(all, "missing")} missing, ${countOf(all, "unseen")} not looked at, ${countOf(all, "fine")} fine`;

const table: Format<Needs> = (all, { color = false } = {}) => {
  const lines = all.needs.flatMap(({ state, code, subject, detail, hint, command }) => {
    const [mark, style] = marks[state];
    return [
      `${painted(mark, style, color)}  ${oneLine(`${code}  ${subject}: ${detail}`)}`,
      ...(hint === undefined ? [] : [`           ${painted("→", style, color)} ${oneLine(hint)}`]),
      ...(command === undefined ? [] : [`           $ ${oneLine(command)}`]),
    ];
  });
  return `${[`What a deployment of ${oneLine(all.stack)} needs`, "", ...lines, "", summary(all)].join("\n")}\n`;
};

const markdown: Format<Needs> = (all) => {
  const lines = all.needs.map(({ state, code, subject, detail, hint, command }) =>
    [
      `- **${state}** ${code} ${escaped(subject)}: ${escaped(detail)}`,
      ...(hint === undefined ? [] : [`  - ${escaped(hint)}`]),
      ...(command === undefined ? [] : [`  - ${coded(command)}`]),
    ].join("\n"),
  );
  return `${[`### What a deployment of ${escaped(all.stack)} needs`, summary(all), lines.join("\n")].join("\n\n")}\n`;
};

/** As a diagnosis, whose findings are what is missing; `needs` has every line. */
const json: Format<Needs> = ({ stack, needs }) => {
  const findings = needs.flatMap(
    ({ state, code, title, subject, detail, hint = "", command }): Finding[] =>
      state === "missing"
        ? [{ code, title, hint, depth: 1, subject, detail, ...(command && { command }) }]
        : [],
  );
  const seen = needs.flatMap(({ state, subject, detail }) =>
    state === "missing" ? [] : [`${subject}: ${detail}`],
  );
  return jsonText({ writtenBy: userAgent, stack, findings, seen, unexplained: false, needs });
};

/** How needs can be told, by the names that `-o` takes. */
export const needsFormats = { table, json, markdown };
