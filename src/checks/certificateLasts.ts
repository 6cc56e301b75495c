import type { Check } from "./check";
import { failed, late, passed, skipped, warning } from "./outcomes";
import { shakeHands } from "./tlsHandshake";

const dayMs = 86_400_000;

export const certificateLasts: Check = {
  code: "ZF105",
  title: "its certificate lasts",
  hint: "Renew it: cert-manager does so by itself a third of its life before the end; look at its Certificate's events.",
  lag: 10_000,
  below: true,
  async run({ address, limits = {} }) {
    const { certificateDays = 14 } = limits;
    const shown = await shakeHands(address);
    if (shown === undefined) return skipped("http: there is no certificate");
    if (typeof shown === "string") return late(shown);
    const { valid_from: from, valid_to: to } = shown.certificate;
    if (Date.parse(from) > Date.now()) return failed(`not valid before ${iso(from)}`);
    const days = (Date.parse(to) - Date.now()) / dayMs;
    if (Number.isNaN(days)) return failed(`its end, ${JSON.stringify(to)}, is no date`);
    if (days <= 0) return failed(`expired on ${iso(to)}`);
    const words = `${Math.floor(days)} days left, until ${iso(to)}`;
    return days < certificateDays ? warning(`${words}; wanted ${certificateDays}`) : passed(words);
  },
};

const iso = (date: string) => new Date(date).toISOString();
