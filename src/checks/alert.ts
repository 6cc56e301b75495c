/** An alert of Prometheus. */
export interface Alert {
  name: string;
  /** Why it is asked as it is; nobody is told. */
  why?: string;
  /** In PromQL. */
  expr: string;
  /** How long it has to hold before somebody is told. @default at once */
  for?: string;
  /** critical: a deployment would be refused, or nobody is served. warning: what will break, or is not looked at. */
  severity: "critical" | "warning";
  summary: string;
  hint: string;
  /** A path in this repository. */
  page: string;
}

/** A rule of Prometheus' own rule files. */
export const ruleOf = (
  { name, expr, for: lasting, severity, summary, hint, page }: Alert,
  labels: Readonly<Record<string, string>> = {},
) => ({
  alert: name,
  expr,
  ...(lasting === undefined ? {} : { for: lasting }),
  labels: { severity, ...labels },
  annotations: { summary, hint, page },
});
