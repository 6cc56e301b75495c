import { once } from "node:events";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { Provider } from "oidc-provider";
import type { IssuerOptions } from "./issuer";

/** An OpenID provider as a process of its own: prints its port when it listens. People sign in with any password. */
async function main({ address = "127.0.0.1", ...options }: IssuerOptions): Promise<void> {
  const server = createServer(options.tls);
  server.listen(options.port ?? 0, address);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const provider = new Provider(`https://${address}:${port}`, {
    clients: options.clients.map(({ id, secret, callback }) => ({
      client_id: id,
      client_secret: secret,
      redirect_uris: [callback],
    })),
    claims: {
      openid: ["sub"],
      email: ["email", "email_verified"],
      profile: ["name", "groups", "roles"],
    },
    features: { devInteractions: { enabled: true } },
    findAccount: (_context, id) => ({
      accountId: id,
      claims: () => ({ sub: id, ...options.people[id] }),
    }),
    cookies: { keys: ["for tests"] },
  });
  server.on("request", (request, response) => void provider.callback()(request, response));
  process.stdout.write(`the issuer listens on port ${port}.\n`);
}

void main(JSON.parse(process.argv[2] ?? "") as IssuerOptions);
