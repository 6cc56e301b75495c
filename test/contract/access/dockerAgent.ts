import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { sha256 } from "../../../src/images/digest";
import { acceptManifests, mediaTypes } from "../../../src/images/mediaTypes";
import { RegistryClient, type RawAnswer, type RawRequest } from "../../../src/registry/client";
import { pushBlob } from "../../support/push";
import { image, type ClientSession, type OciClient, type SignedIn } from "./clients";

/** As Docker calls itself: Zot tells it by this, and answers it otherwise. */
export const dockerAgent = "docker/27.0.3 go/go1.22 UpstreamClient(Docker-Client/27.0.3 (linux))";

/**
 * What Docker's daemon asks, in its order, under its name; not Docker itself. It looks at `/v2/` first and keeps to what that said:
 * without a challenge there it never signs in, and with one it gives up where it has no credentials (distribution,
 * registry/client/auth). It pushes Docker's media types.
 */
export const dockerAlike: OciClient = {
  ...image,
  tools: [],
  asDocker: true,
  start: ({ undo }) =>
    Promise.resolve((who) => {
      const client = new RegistryClient({
        url: `http://${who.host}`,
        ...(who.username === undefined
          ? {}
          : { credentials: { username: who.username, password: who.password } }),
      });
      undo.push(() => client.close());
      return session(client, who);
    }),
};

function session(client: RegistryClient, { username }: SignedIn): ClientSession {
  const asked = (request: RawRequest, authenticate: boolean) =>
    client.request({
      ...request,
      authenticate,
      headers: { ...request.headers, "user-agent": dockerAgent },
    });
  const begin = async () => {
    const { status } = await asked({ method: "GET", path: "/v2/" }, false);
    if (status === 401 && username === undefined) throw new Error("no basic auth credentials");
    return {
      origin: client.origin,
      request: (request: RawRequest) => asked(request, status === 401),
    };
  };
  const manifestPath = (tag: string) => `/v2/${image.repository}/manifests/${tag}`;
  return {
    pull: async (tag) => {
      const docker = await begin();
      const headers = { accept: acceptManifests };
      const answer = await docker.request({ method: "GET", path: manifestPath(tag), headers });
      const { layers } = JSON.parse(done(answer).body.toString()) as {
        layers: { digest: string }[];
      };
      for (const { digest } of layers) {
        const path = `/v2/${image.repository}/blobs/${digest}`;
        done(await docker.request({ method: "GET", path }));
      }
    },
    push: async (tag, variant) => {
      const docker = await begin();
      const plain = Buffer.from(variant);
      const rootfs = { type: "layers", diff_ids: [sha256(plain)] };
      const config = Buffer.from(JSON.stringify({ os: "linux", architecture: "amd64", rootfs }));
      const layer = gzipSync(plain);
      const stored = async (mediaType: string, bytes: Buffer) => ({
        mediaType,
        size: bytes.length,
        digest: await pushBlob(docker, image.repository, bytes),
      });
      const manifest = {
        schemaVersion: 2,
        mediaType: mediaTypes.dockerManifest,
        config: await stored(mediaTypes.dockerConfig, config),
        layers: [await stored(mediaTypes.dockerLayerGzip, layer)],
      };
      const put = {
        method: "PUT" as const,
        path: manifestPath(tag),
        headers: { "content-type": mediaTypes.dockerManifest },
        body: JSON.stringify(manifest),
      };
      done(await docker.request(put));
    },
  };
}

function done(answer: RawAnswer): RawAnswer {
  assert.ok(answer.status >= 200 && answer.status < 300, String(answer.status));
  return answer;
}
