import { randomUUID } from "node:crypto";
import type { IncomingMessage, RequestListener } from "node:http";

interface FakeKey {
  uuid: string;
  label: string;
  createdAt: string;
  expirationDate: string;
}

/** Zot's list of API keys, for whoever asks (Zot 2.1.18, pkg/api/routes.go), and no more of a registry than that it answers. */
export function fakeApiKeys(): { listener: RequestListener; labels: () => string[] } {
  const keys = new Map<string, FakeKey>();

  async function answer(request: IncomingMessage): Promise<{ status: number; body: object }> {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://fake");
    if (pathname !== "/zot/auth/apikey") return { status: 200, body: {} };
    if (request.method === "GET") return { status: 200, body: { apiKeys: [...keys.values()] } };
    if (request.method === "DELETE") {
      keys.delete(searchParams.get("id") ?? "");
      return { status: 200, body: {} };
    }
    const wish = (await bodyOf(request)) as Pick<FakeKey, "label" | "expirationDate">;
    const key = { ...wish, uuid: randomUUID(), createdAt: "2026-01-01T00:00:00Z" };
    keys.set(key.uuid, key);
    return { status: 201, body: { ...key, apiKey: `zak_${key.uuid}` } };
  }

  return {
    listener: (request, response) => {
      void answer(request).then(({ status, body }) => {
        response.writeHead(status, { "content-type": "application/json" });
        response.end(JSON.stringify(body));
      });
    },
    labels: () => [...keys.values()].map(({ label }) => label),
  };
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString()) as unknown;
}
