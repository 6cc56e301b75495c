import { setTimeout as sleep } from "node:timers/promises";
import { mediaTypes } from "../../src/images/mediaTypes";
import { sha256 } from "../../src/images/digest";
import type { RegistryClient } from "../../src/registry/client";
import { pushImage, type PushedImage } from "./push";

/** Pushes, moves and deletes tags, and signs, one after the other, until it is stopped. */
export class PushLoop {
  /** What each tag has been, by `repository:tag`, however shortly. */
  readonly been = new Map<string, Set<string>>();
  pushes = 0;
  deletes = 0;
  #stopped = false;
  readonly #done: Promise<void>;

  constructor(client: RegistryClient) {
    this.#done = this.#run(client);
  }

  /** Ends it after what is under way. @throws what a push threw */
  stop(): Promise<void> {
    this.#stopped = true;
    return this.#done;
  }

  async #run(client: RegistryClient): Promise<void> {
    for (let turn = 0; !this.#stopped; turn++) {
      const repository = `busy-${turn % 3}/app`;
      const note = (tag: string, digest: string) => {
        const name = `${repository}:${tag}`;
        this.been.set(name, (this.been.get(name) ?? new Set()).add(digest));
        this.pushes++;
      };
      const image = await pushImage(client, repository, `t${turn}`, `content ${turn}`);
      note(`t${turn}`, image.digest);
      await client.putManifest(repository, "moving", image.bytes, mediaTypes.ociManifest);
      note("moving", image.digest);
      if (turn % 4 === 0) await putReferrer(client, repository, image);
      if (turn >= 6 && turn % 2 === 0) {
        await client.deleteManifest(repository, `t${turn - 6}`);
        this.deletes++;
      }
      await sleep(50);
    }
  }
}

/** A manifest without a tag that refers to an image; its digest. */
export async function putReferrer(
  client: RegistryClient,
  repository: string,
  { bytes, digest }: Pick<PushedImage, "bytes" | "digest">,
): Promise<string> {
  const image = JSON.parse(bytes.toString()) as object;
  const subject = { mediaType: mediaTypes.ociManifest, digest, size: bytes.length };
  const referrer = { ...image, artifactType: "application/vnd.example.note", subject };
  const document = Buffer.from(JSON.stringify(referrer));
  return client.putManifest(repository, sha256(document), document, mediaTypes.ociManifest);
}
