import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import type { Credentials } from "../../src/registry/client";
import { useFakes } from "./fakeRegistry";
import type { Undo } from "./undo";

interface Key extends Credentials {
  id: string;
  label: string;
}

/** What Zot does with accounts and keys (pkg/api/authn.go, basicAuthn; routes.go), as far as revoking them needs. */
export class FakeKeys {
  url = "";
  /** The htpasswd file: passwords by name. Keys do not look at it. */
  users = new Map<string, string>();
  readonly keys: Key[] = [];
  /** Called before each request: what it returns is answered in its place. */
  fault: (method: string, path: string, username: string) => number | undefined = () => undefined;
  /** Every request that signed in, as `GET admin`. */
  readonly asked: string[] = [];

  readonly listener: RequestListener = (request, response) => {
    const { status, body } = this.answer(request);
    response.writeHead(status, { "content-type": "application/json" });
    response.end(body === undefined ? "" : JSON.stringify(body));
  };

  private answer(request: IncomingMessage): { status: number; body?: object } {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://fake");
    const login = loginOf(request);
    const method = request.method ?? "";
    const fault = this.fault(method, pathname, login?.username ?? "");
    if (fault !== undefined) return { status: fault };
    if (login === undefined || this.signsIn(login) !== 200) return { status: 401 };
    this.asked.push(`${method} ${login.username}`);
    if (pathname !== "/zot/auth/apikey") return { status: 200, body: {} };
    if (method === "GET")
      return { status: 200, body: { apiKeys: this.of(login.username).map(shown) } };
    if (method === "POST") {
      const { id, label, password } = this.make(login.username, "made by a client");
      return { status: 201, body: { ...shown({ id, label }), apiKey: password } };
    }
    this.remove(searchParams.get("id") ?? "");
    return { status: 200 };
  }

  signsIn({ username, password }: Credentials): number {
    const known =
      this.users.get(username) === password ||
      this.of(username).some((key) => key.password === password);
    return known ? 200 : 401;
  }

  of(username: string): Key[] {
    return this.keys.filter((key) => key.username === username);
  }

  make(username: string, label: string): Key {
    const key = { username, id: randomUUID(), label, password: `zak_${randomUUID()}` };
    this.keys.push(key);
    return key;
  }

  remove(id: string): void {
    const index = this.keys.findIndex((key) => key.id === id);
    if (index >= 0) this.keys.splice(index, 1);
  }
}

/** A registry of accounts and keys for each test of one `describe`. */
export function useFakeKeys(): () => FakeKeys {
  const fakes = useFakes();
  let current = new FakeKeys();
  beforeEach(async () => {
    current = new FakeKeys();
    current.url = (await fakes.server(current.listener)).url;
  });
  return () => current;
}

/** A registry of accounts and keys for a whole suite. */
export async function serveFakeKeys(): Promise<{ zot: FakeKeys; close: Undo }> {
  const zot = new FakeKeys();
  const server = createServer(zot.listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  zot.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = () => {
    server.closeAllConnections();
    return new Promise((done) => server.close(done));
  };
  return { zot, close };
}

const shown = ({ id, label }: Pick<Key, "id" | "label">) => ({
  uuid: id,
  label,
  createdAt: "2026-01-01T00:00:00Z",
  expirationDate: "0001-01-01T00:00:00Z",
});

function loginOf({ headers }: IncomingMessage): Credentials | undefined {
  const text = Buffer.from((headers.authorization ?? "").replace(/^Basic /, ""), "base64");
  const [, username = "", password = ""] = /^([^:]*):(.*)$/.exec(text.toString()) ?? [];
  return username === "" ? undefined : { username, password };
}
