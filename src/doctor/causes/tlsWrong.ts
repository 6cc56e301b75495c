import type { Cause } from "../finding";

const endOf = (url: string) => `${new URL(url).hostname}:${new URL(url).port || "443"}`;

export const tlsWrong: Cause = {
  code: "ZD103",
  title: "the registry's certificate is not trusted, or not its own",
  hint: "Let the gateway serve a certificate for this host name with its whole chain; of a CA of your own, every node and client needs the root.",
  depth: 1,
  find: ({ registry: { host, url, reach } }) =>
    "reason" in reach && reach.reason === "tls"
      ? [
          {
            subject: host,
            detail: reach.message,
            command: `openssl s_client -connect ${endOf(url)} -servername ${new URL(url).hostname} -showcerts </dev/null`,
          },
        ]
      : [],
};
