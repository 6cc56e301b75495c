import type { Cause } from "../finding";

export const tlsWrong: Cause = {
  code: "ZD103",
  title: "the registry's certificate is not trusted, or not its own",
  hint: "Let the gateway serve a certificate for this host name with its whole chain; of a CA of your own, every node and client needs the root.",
  depth: 1,
  find: ({ registry: { host, reach } }) =>
    "reason" in reach && reach.reason === "tls"
      ? [
          {
            subject: host,
            detail: reach.message,
            command: `openssl s_client -connect ${host}:443 -servername ${host} -showcerts </dev/null`,
          },
        ]
      : [],
};
