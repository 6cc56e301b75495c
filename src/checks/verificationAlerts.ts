import type { Alert } from "./alert";

const day = 86_400;

/** The end of a registry's certificate: nothing that Zot or a cluster tells has it, so a verification looks. */
export const certificateEndsSoon: Alert = {
  name: "ZotFleetCertificateEndsSoon",
  why: "cert-manager renews a third of a certificate's life before its end: of 90 days, 30.",
  expr: `zot_fleet_certificate_expiry_timestamp_seconds - time() < 14 * ${day}`,
  severity: "warning",
  summary: "the certificate of {{ $labels.stack }} ends in {{ $value | humanizeDuration }}",
  hint: "cert-manager renews by itself a third of its life before the end; look at its Certificate's events.",
  page: "docs/reference/codes.md#zf105",
};

/** Alerts of what `verify` writes for Prometheus' textfile collector (resultMetrics.ts). */
export const verificationAlerts: readonly Alert[] = [
  {
    name: "ZotFleetCheckFails",
    why: "One alert for a check, not one for each of hundreds of tags.",
    expr: "count by (stack, code) (zot_fleet_check == 0)",
    severity: "critical",
    summary: "{{ $labels.code }} fails on {{ $labels.stack }} ({{ $value }})",
    hint: "fleet verify --stack {{ $labels.stack }} --only {{ $labels.code }} says what was seen and what to do; fleet explain {{ $labels.code }} says why it matters.",
    page: "docs/reference/codes.md#{{ $labels.code | toLower }}",
  },
  {
    name: "ZotFleetNotVerified",
    why: "Also where the file went away: its last time is remembered for a week. Two hours, since no nightly job is on the minute.",
    expr: `time() - max by (stack) (max_over_time(zot_fleet_verification_timestamp_seconds[7d])) > ${day}`,
    for: "2h",
    severity: "warning",
    summary: "{{ $labels.stack }} has not been verified for {{ $value | humanizeDuration }}",
    hint: "Look at the last run of the drift workflow: its registry, its state or the runner could not be reached, or the file is not written where the collector reads.",
    page: "docs/monitoring.md#not-verified",
  },
  {
    name: "ZotFleetNothingVerified",
    expr: "absent(zot_fleet_verification_timestamp_seconds)",
    for: "2h",
    severity: "warning",
    summary: "no verification of any registry is known",
    hint: "Does the collector read the folder that the drift workflow writes to, and may it read the files?",
    page: "docs/monitoring.md#not-verified",
  },
  certificateEndsSoon,
  {
    name: "ZotFleetApiKeyEndsSoon",
    why: "A refresh renews it from its renewal time on; two nights in which none did are a fault.",
    expr: `time() - zot_fleet_api_key_renewal_timestamp_seconds > 2 * ${day}`,
    severity: "warning",
    summary:
      "the API key {{ $labels.key }} of {{ $labels.stack }} was to be renewed {{ $value | humanizeDuration }} ago",
    hint: "pulumi up --refresh --stack {{ $labels.stack }} renews it. Does the renew-keys workflow run?",
    page: "docs/reference/codes.md#zf702",
  },
  {
    name: "ZotFleetPasswordOld",
    why: "Zot's passwords have no end: how old one may be, your rules say. Here it is a year.",
    expr: `time() - zot_fleet_password_changed_timestamp_seconds > 365 * ${day}`,
    severity: "warning",
    summary:
      "the password of {{ $labels.account }} on {{ $labels.stack }} is {{ $value | humanizeDuration }} old",
    hint: "Of a machine account: raise zot-fleet:rotation and deploy. Of a person: set another password, and deploy.",
    page: "docs/accounts.md#rotating-the-machine-accounts",
  },
  {
    name: "ZotFleetRotationInterrupted",
    expr: 'zot_fleet_rotation_generation{step="begun"} unless on (stack) (zot_fleet_rotation_generation{step="begun"} == on (stack) zot_fleet_rotation_generation{step="handed_out"})',
    severity: "warning",
    summary:
      "a rotation of {{ $labels.stack }} to generation {{ $value }} began, and its pull secrets were not handed out",
    hint: "pulumi up --stack {{ $labels.stack }} once more: it goes on where it stopped, and both generations work until then.",
    page: "docs/accounts.md#rotating-the-machine-accounts",
  },
];
