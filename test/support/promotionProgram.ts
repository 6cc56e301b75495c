import assert from "node:assert/strict";
import { SeededImages, type ImageToDeploy } from "../../src/components/seededImages";
import { here, users } from "./promotion";
import { promotedInputs } from "./release";

/** `1.4` of a source as a stack declares it. */
export async function imageToPromote(
  ...[url, source, client]: Parameters<typeof promotedInputs>
): Promise<ImageToDeploy> {
  const { promoted, sourceCredentials } = await promotedInputs(url, source, client);
  assert.ok(promoted && sourceCredentials);
  return {
    repository: here,
    tags: ["1.4"],
    platforms: [],
    promoted,
    sourceCredentials,
    onMoved: "restore",
    onRemove: "keep",
    rollouts: [],
  };
}

/** A program that seeds what `image` gives when it runs. */
export const promotionProgram = (url: string, image: () => ImageToDeploy) => () => {
  new SeededImages("images", {
    endpoint: { via: "address", url },
    credentials: { username: "admin", password: users.admin },
    images: [image()],
    compression: "zstd",
  });
  return Promise.resolve();
};
