import { z } from "zod";
import { allowedText, textLike } from "./rules";
import type { Problem } from "./problem";
import { pathText } from "./words";

/** A label of Kubernetes: its name, with a prefix or without (kubernetes.io, "Labels and Selectors"). */
const labelName = textLike(
  "a label's name such as release, at most 63 letters, digits, dashes, underscores and dots, with a DNS name and a slash before it or without",
  /^(?:[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9](?:[-\w.]{0,61}[A-Za-z0-9])?$/,
);
const labelValue = textLike(
  "a label's value: at most 63 letters, digits, dashes, underscores and dots",
  /^(?:[A-Za-z0-9](?:[-\w.]{0,61}[A-Za-z0-9])?)?$/,
);

/** What Prometheus and Grafana of the cluster are told of the registry. */
export const monitoringSchema = z
  .strictObject({
    serviceMonitor: z
      .boolean()
      .default(false)
      .describe(
        "Whether to make a ServiceMonitor, with an account metrics-N that may read the metrics and nothing else, and the Secret zot-metrics that holds its password. The operator of Prometheus has to be in the cluster.",
      ),
    rules: z
      .boolean()
      .default(false)
      .describe(
        "Whether to make a PrometheusRule: alerts of the registry, its claim and its pod. The operator of Prometheus has to be in the cluster.",
      ),
    dashboard: z
      .boolean()
      .default(false)
      .describe(
        "Whether to make a ConfigMap with a dashboard, labelled grafana_dashboard, for Grafana's sidecar.",
      ),
    labels: z
      .record(labelName, labelValue)
      .register(allowedText, { allowed: "an object of labels, each value a text" })
      .default({})
      .describe(
        "Labels of the ServiceMonitor and the PrometheusRule, where Prometheus looks for those that have them: { release: kube-prometheus-stack }.",
      ),
  })
  .describe(
    "What Prometheus and Grafana of the cluster are told of the registry. Default: nothing is made.",
  );

/** Metrics that nobody serves cannot be looked at; looks at raw values. */
export function monitoringProblems(raw: Record<string, unknown>): Problem[] {
  const { data } = withoutMetrics.safeParse(raw);
  return (["serviceMonitor", "rules", "dashboard"] as const)
    .filter((key) => data?.monitoring[key] === true)
    .map((key) => ({
      path: pathText(["monitoring", key]),
      found: `true, and false at ${pathText(["zot", "metrics"])}`,
      allowed: "one of them: without metrics there is nothing to look at",
      hint: `leave out ${pathText(["zot", "metrics"])}`,
    }));
}

const withoutMetrics = z.object({
  zot: z.object({ metrics: z.literal(false) }),
  monitoring: z.record(z.string(), z.unknown()),
});
