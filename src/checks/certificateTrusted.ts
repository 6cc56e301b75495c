import type { PeerCertificate } from "node:tls";
import type { Check } from "./check";
import { failed, late, passed, skipped } from "./outcomes";
import { shakeHands } from "./tlsHandshake";

export const certificateTrusted: Check = {
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
