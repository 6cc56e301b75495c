import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create } from "tar";
import { writeDockerArchive } from "../../../src/images/archives/archiveWriter";
import { parsePlatform } from "../../../src/images/platform";
import { contentOf } from "../../../src/images/archives/tarWriter";

/** An ELF program that does nothing but wait: `for (;;) pause();` for x86-64, and for others at least an ELF of theirs. */
function waitingProgram(architecture: string): Buffer {
  const [headers, base] = [64 + 56, 0x400000n];
  const code = Buffer.from([0xb8, 0x22, 0, 0, 0, 0x0f, 0x05, 0xeb, 0xf7]);
  const elf = Buffer.alloc(headers + code.length);
  elf.write("\x7fELF\x02\x01\x01", 0, "latin1");
  elf.writeUInt16LE(2, 16); // an executable
  elf.writeUInt16LE(architecture === "amd64" ? 62 : 183, 18); // for x86-64, or AArch64
  elf.writeUInt32LE(1, 20);
  elf.writeBigUInt64LE(base + BigInt(headers), 24); // where it begins
  elf.writeBigUInt64LE(64n, 32);
  elf.writeUInt16LE(64, 52);
  elf.writeUInt16LE(56, 54);
  elf.writeUInt16LE(1, 56);
  elf.writeUInt32LE(1, 64); // one segment, loaded whole
  elf.writeUInt32LE(5, 68); // to be read and run
  elf.writeBigUInt64LE(base, 80);
  elf.writeBigUInt64LE(base, 88);
  elf.writeBigUInt64LE(BigInt(elf.length), 96);
  elf.writeBigUInt64LE(BigInt(elf.length), 104);
  elf.writeBigUInt64LE(0x1000n, 112);
  code.copy(elf, headers);
  return elf;
}

/**
 * Writes a docker-archive of an image whose one program waits, so that its pod is seen running where the platform is
 * linux/amd64. `text` makes it another image.
 */
export async function writeWaitingArchive(
  path: string,
  { platform = "linux/amd64", text = "", sizeBytes = 0 } = {},
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "zot-fleet-waiting-"));
  try {
    writeFileSync(join(folder, "wait"), waitingProgram(parsePlatform(platform).architecture));
    chmodSync(join(folder, "wait"), 0o755);
    writeFileSync(join(folder, "text"), text);
    // Bytes that do not compress, so that they travel.
    writeFileSync(join(folder, "filler"), randomBytes(sizeBytes));
    const layer = join(folder, "layer.tar");
    await create({ file: layer, cwd: folder, portable: true }, ["wait", "text", "filler"]);
    await writeDockerArchive(path, {
      layers: [contentOf(readFileSync(layer))],
      repoTags: ["test/wait:1"],
      config: (diffIds) => ({
        ...parsePlatform(platform),
        config: { Entrypoint: ["/wait"] },
        rootfs: { type: "layers", diff_ids: diffIds },
        history: [],
      }),
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
