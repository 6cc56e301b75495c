import { Document } from "yaml";
import { ruleOf } from "../checks/alert";
import { verificationAlerts } from "../checks/verificationAlerts";

const head = [
  " Written by npm run docs.",
  ' Alerts of what "fleet verify" writes for Prometheus\' textfile collector (docs/monitoring.md). Give it to Prometheus by rule_files.',
  "",
  " A page is a path in this repository: put the address at which your forge shows it before it. What a verification itself found",
  " is critical: a deployment would be refused because of it. What will break, and nobody looked at, is a warning.",
].join("\n");

/** `examples/prometheus-rules.yaml`: the alerts of a verification, as Prometheus' own rule file. */
export function rulesFile(): string {
  const rules = verificationAlerts.map((alert) => ruleOf(alert));
  const document = new Document({ groups: [{ name: "zot-fleet-verification", rules }] });
  document.commentBefore = head;
  verificationAlerts.forEach(({ why }, index) => {
    const rule = document.getIn(["groups", 0, "rules", index], true);
    Object.assign(rule as object, {
      spaceBefore: index > 0,
      ...(why === undefined ? {} : { commentBefore: ` ${why}` }),
    });
  });
  return document.toString({ lineWidth: 0 });
}
