import assert from "node:assert/strict";
import type { RequestListener } from "node:http";
import { inspect } from "node:util";
import { RegistryClient, RegistryError } from "../../src/registry/client";
import { sha256 } from "../../src/images/digest";
import { mediaTypes } from "../../src/images/mediaTypes";
import { collect, useFakes } from "../support/fakeRegistry";

const password = 'canary"päss word\n/+%';
const username = "ada";
const pair = Buffer.from(`${username}:${password}`).toString("base64");
const token = "canary-token";
const spellings = ["canary", pair, encodeURIComponent(password)];

/** Everything that a log, a console or a state file could show of a value. */
function shown(value: unknown): string {
  const error = value instanceof Error ? value : undefined;
  return [
    String(value),
    error?.stack,
    JSON.stringify(value),
    JSON.stringify(value, Object.getOwnPropertyNames(value)),
    inspect(value, { depth: 10, showHidden: true }),
  ].join("\n");
}

function assertClean(value: unknown): void {
  const text = shown(value);
  for (const spelling of spellings) assert.ok(!text.includes(spelling), text);
}

/** Whatever a registry could send back of what it was sent. */
const echoes: [string, RequestListener][] = [
  [
    "a registry's error",
    (request, response) => {
      const { authorization } = request.headers;
      const errors = [{ code: "DENIED", message: `${String(authorization)} is ${password}` }];
      response.writeHead(403).end(JSON.stringify({ errors }));
    },
  ],
  [
    "details and code",
    (_request, response) => {
      const detail = { reason: `no ${password}`, [password]: pair };
      response.writeHead(400).end(JSON.stringify({ code: password, message: pair, detail }));
    },
  ],
  ["a page of text", (_request, response) => response.writeHead(500).end(password)],
  ["an answer of another shape", (_request, response) => response.end(JSON.stringify(password))],
  [
    "names in a list",
    (_request, response) => {
      response.end(JSON.stringify({ repositories: [password], tags: [pair], [password]: 1 }));
    },
  ],
  [
    "headers",
    (_request, response) => {
      response.setHeader("docker-content-digest", pair);
      response.setHeader("content-type", `${pair}/json`);
      response.end("{}");
    },
  ],
  [
    "a redirect",
    (_request, response) => {
      response.writeHead(307, { location: `ftp://${username}:canary@host/${pair}` }).end();
    },
  ],
  [
    "a signed redirect",
    (_request, response) => {
      response.writeHead(307, { location: `http://127.0.0.1:1/?signature=canary` }).end();
    },
  ],
  [
    "a link",
    (_request, response) => {
      response.setHeader("link", `<http://${encodeURIComponent(pair)}/>; rel=next`);
      response.end('{"repositories":[],"tags":[]}');
    },
  ],
  [
    "a realm with credentials inside",
    (_request, response) => {
      const challenge = `Bearer realm="https://${username}:canary@auth.example/${pair}"`;
      response.writeHead(401, { "www-authenticate": challenge }).end();
    },
  ],
  [
    "a token service that echoes",
    (request, response) => {
      if (request.url?.startsWith("/token")) {
        response.writeHead(400).end(JSON.stringify({ code: pair, message: password }));
      } else {
        const challenge = `Bearer realm="http://${String(request.headers.host)}/token"`;
        response.writeHead(401, { "www-authenticate": challenge }).end();
      }
    },
  ],
  [
    "a token",
    (request, response) => {
      if (request.url?.startsWith("/token")) {
        response.end(JSON.stringify({ token }));
      } else if (request.headers.authorization === `Bearer ${token}`) {
        response.writeHead(403).end(JSON.stringify({ code: "DENIED", message: token }));
      } else {
        const challenge = `Bearer realm="http://${String(request.headers.host)}/token"`;
        response.writeHead(401, { "www-authenticate": challenge }).end();
      }
    },
  ],
  ["a broken connection", (_request, response) => response.destroy()],
  [
    "something that is not HTTP",
    (request) => {
      request.socket.end(`canary ${String(request.headers.authorization)}\r\n`);
    },
  ],
];

describe("RegistryClient, credentials", () => {
  const fakes = useFakes();

  for (const [name, answer] of echoes) {
    it(`are in no error, whatever comes: ${name}`, async () => {
      const server = await fakes.server(answer);
      const credentials = { username, password };
      const client = fakes.client(server.url, { credentials, retries: 1, timeoutMs: 2000 });
      const digest = sha256("x");
      const bytes = Buffer.from("{}");
      const outcomes = await Promise.allSettled([
        client.ping(),
        collect(client.catalog()),
        collect(client.tags("a")),
        client.getManifest("a", "tag"),
        client.headManifest("a", digest),
        client.putManifest("a", "tag", bytes, mediaTypes.ociManifest),
        client.deleteManifest("a", digest),
        client.headBlob("a", digest),
        client.getBlob("a", digest),
        client.verifyBlob("a", digest),
      ]);
      const failures = outcomes.flatMap((one): unknown[] => {
        return one.status === "rejected" ? [one.reason] : [];
      });
      assert.ok(failures.length > 0);
      for (const failure of failures) {
        assert.ok(failure instanceof RegistryError, shown(failure));
        assertClean(failure);
      }
    });
  }

  it("are not in the client itself", async () => {
    const client = fakes.client("http://127.0.0.1:1", { credentials: { username, password } });
    await assert.rejects(client.ping());
    assertClean(client);
  });

  it("are not in the error about them", () => {
    for (const wrong of ["ada:canary", "canary\n"]) {
      const credentials = { username: wrong, password: "canary" };
      try {
        new RegistryClient({ url: "http://127.0.0.1:1", credentials });
        assert.fail("it was accepted");
      } catch (error) {
        assert.match(String(error), /the user name has a colon or a control character/);
        assertClean(error);
      }
    }
  });

  it("leave errors readable", async () => {
    const server = await fakes.server((_request, response) => {
      const message = "\u001b[31mno\u001b[0m\n\n access for admin-secret  here";
      response.writeHead(403).end(JSON.stringify({ errors: [{ code: "DENIED", message }] }));
    });
    const credentials = { username, password: "admin-secret" };
    await assert.rejects(fakes.client(server.url, { credentials }).ping(), {
      registryMessage: "[31mno [0m access for *** here",
      message: `GET /v2/ at ${server.url}: 403 DENIED: [31mno [0m access for *** here`,
    });
  });
});
