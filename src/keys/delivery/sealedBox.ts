import { DeliveryError } from "./targetKind";

/** Loaded when it is needed: it compiles WebAssembly, and no preview needs it. */
const sodium = async () => {
  const { default: library } = await import("libsodium-wrappers");
  await library.ready;
  return library;
};

/** `text` sealed so that only the holder of the private key reads it (libsodium, `crypto_box_seal`); both sides in base64. */
export async function sealedFor(publicKey: string, text: string): Promise<string> {
  const box = await sodium();
  const { ORIGINAL } = box.base64_variants;
  const bytes = decoded(() => box.from_base64(publicKey, ORIGINAL));
  if (bytes?.length !== box.crypto_box_PUBLICKEYBYTES)
    throw new DeliveryError("the forge's public key is no Curve25519 key in base64");
  return box.to_base64(box.crypto_box_seal(text, bytes), ORIGINAL);
}

function decoded(decode: () => Uint8Array): Uint8Array | undefined {
  try {
    return decode();
  } catch {
    return undefined;
  }
}
