import { daysLeft } from "../../keys/life";
import type { Check } from "../check";
import { failed, passed, warning } from "../outcomes";

export const keysLast: Check = {
  code: "ZF702",
  title: "API keys last",
  hint: 'Run "pulumi up --refresh", which renews them: workflows/ has a job that does so every night.',
  why: "A deployment alone does not look at the clock, so that its preview is empty: a refresh does.",
  run: ({ apiKeys }) =>
    Promise.resolve(
      (apiKeys?.declared ?? []).map(({ name, expiresAt, renewBeforeDays }) => {
        const days = daysLeft({ ...(expiresAt === undefined ? {} : { expiresAt }) }, new Date());
        const until = expiresAt ?? "";
        if (days <= 0) return failed(`expired on ${until}`, name);
        const words = `${Math.floor(days)} days left, until ${until}`;
        return days < renewBeforeDays
          ? warning(`${words}; renewed from ${renewBeforeDays} on`, name)
          : passed(words, name);
      }),
    ),
};
