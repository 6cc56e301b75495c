import { createHash } from "node:crypto";
import { sha256 } from "../../src/images/digest";
import { mediaTypes } from "../../src/images/mediaTypes";

export const layer = { mediaType: mediaTypes.ociLayer, digest: sha256("layer"), size: 5 };
export const config = { mediaType: mediaTypes.ociConfig, digest: sha256("config"), size: 6 };
export const manifest = {
  schemaVersion: 2,
  mediaType: mediaTypes.ociManifest,
  config,
  layers: [layer],
};
export const bytes = Buffer.from(JSON.stringify(manifest));
export const digest = sha256(bytes);
export const sha512 = `sha512:${createHash("sha512").update(bytes).digest("hex")}`;
export const other = sha256("other");
