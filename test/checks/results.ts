import type { CheckResult } from "../../src/checks/check";

/** One result of each kind, with what formats trip over. */
export const awkward: CheckResult[] = [
  {
    code: "ZF101",
    title: "the registry answers",
    status: "passed",
    detail: "200",
    hint: "never shown",
  },
  {
    code: "ZF105",
    title: "its certificate lasts",
    status: "warning",
    detail: "9 days left",
    hint: "Renew it.",
  },
  {
    code: "ZF303",
    title: "every seeded tag holds the seeded image",
    status: "failed",
    subject: "team/app:a|b",
    detail: 'it said "<b>&\u001B[31m no`\u0000\nand \uD800 more]]>',
    hint: "Somebody's | hand <moved> it.",
  },
  {
    code: "ZF205",
    title: "every account may do what its role says",
    status: "skipped",
    subject: "ada",
    detail: "only its hash is known",
    hint: "never shown",
  },
];
