import { randomUUID } from "node:crypto";
import type { RequestListener } from "node:http";

/** Zot's list of API keys, for whoever asks (Zot 2.1.18, pkg/api/routes.go), and no more of a registry than that it answers. */
export function fakeKeys(): { listener: RequestListener; labels: () => string[] } {
  const keys = new Map<string, { uuid: string; label: string; expirationDate: string }>();
  const json = (response: Parameters<RequestListener>[1], body: unknown) => {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(body));
  };
  const known = (each: object) => ({ createdAt: "2026-01-01T00:00:00Z", ...each });
  const listener: RequestListener = (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://fake");
    if (pathname !== "/zot/auth/apikey") return json(response, {});
    if (request.method === "GET")
      return json(response, { apiKeys: [...keys.values()].map(known) });
    if (request.method === "DELETE") {
      keys.delete(searchParams.get("id") ?? "");
      return json(response, {});
    }
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { label, expirationDate } = JSON.parse(Buffer.concat(chunks).toString()) as {
        label: string;
        expirationDate: string;
      };
      const key = { uuid: randomUUID(), label, expirationDate };
      keys.set(key.uuid, key);
      response.statusCode = 201;
      json(response, known({ ...key, apiKey: `zak_${key.uuid}` }));
    });
  };
  return { listener, labels: () => [...keys.values()].map(({ label }) => label) };
}
