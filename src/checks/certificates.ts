import type { PeerCertificate } from "node:tls";
import { shakeHands } from "../facts/handshake";
import { usualLimits } from "../config/checks";
import type { Check } from "./check";
import { failed, late, passed, skipped, warning } from "./outcomes";

const certificateTrusted: Check = {
  code: "ZF104",
  title: "its certificate is trusted and names it",
  hint: "Let the gateway serve a certificate for this host name, with its whole chain; give the endpoint's ca where the issuer is your own.",
  lag: 10_000,
  below: true,
  async run({ address }) {
    const shown = await shakeHands(address);
    if (shown === undefined) return skipped("http: there is no certificate");
    if (typeof shown === "string") return late(shown);
    const { certificate, distrusted, otherName } = shown;
    const subject = new URL(address.url).hostname;
    if (otherName) return failed(`it is for ${certificate.subjectaltname ?? "no name"}`, subject);
    const issuer = `issued by ${name(certificate.issuer)}`;
    // Its own time is what ZF105 tells; an issuer's is told here.
    const outOfTime = /EXPIRED|NOT_YET_VALID/.test(distrusted ?? "") && isOutOfTime(certificate);
    return distrusted === undefined || outOfTime
      ? passed(issuer, subject)
      : failed(`not trusted (${distrusted}), ${issuer}`, subject);
  },
};

function name({ CN, O }: { CN?: string | string[]; O?: string | string[] } = {}): string {
  return [CN ?? O ?? "nobody"].flat().join(", ");
}

function isOutOfTime({ valid_from: from, valid_to: to }: PeerCertificate): boolean {
  return Date.parse(from) > Date.now() || Date.parse(to) < Date.now();
}

const dayMs = 86_400_000;

const certificateLasts: Check = {
  code: "ZF105",
  title: "its certificate lasts",
  hint: "Renew it: cert-manager does so by itself a third of its life before the end; look at its Certificate's events.",
  lag: 10_000,
  below: true,
  async run({ address, limits = {} }) {
    const { certificateDays = usualLimits.certificateDays } = limits;
    const shown = await shakeHands(address);
    if (shown === undefined) return skipped("http: there is no certificate");
    if (typeof shown === "string") return late(shown);
    const { valid_from: from, valid_to: to } = shown.certificate;
    if (Date.parse(from) > Date.now()) return failed(`not valid before ${iso(from)}`);
    const days = (Date.parse(to) - Date.now()) / dayMs;
    if (Number.isNaN(days)) return failed(`its end, ${JSON.stringify(to)}, is no date`);
    const ends = iso(to);
    if (days <= 0) return { ...failed(`expired on ${ends}`), ends };
    const text = `${Math.floor(days)} days left, until ${ends}`;
    const found =
      days < certificateDays ? warning(`${text}; wanted ${certificateDays}`) : passed(text);
    return { ...found, ends };
  },
};

const iso = (date: string) => new Date(date).toISOString();

/** What the registry shows before a request is sent. */
export const certificateChecks: readonly Check[] = [certificateTrusted, certificateLasts];
