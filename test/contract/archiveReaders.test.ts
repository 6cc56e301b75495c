import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import fc from "fast-check";
import { ArchiveError, readArchive } from "../../src/images/archives/archive";
import { writeDemoArchive } from "../../src/images/archives/demoArchive";
import { sha256 } from "../../src/images/digest";
import { block } from "../../src/images/archives/tarHeader";
import { useScratch } from "../images/scratch";
import { skipWithout } from "../support/skip";
import { runsOf } from "../support/random";

const run = promisify(execFile);

/** What stands before the rest of an archive, and may lead a reader astray. */
interface Odd {
  type: string;
  name: string;
  mode: number;
  prefix: string;
  magic: string;
  content: "nothing" | "manifest" | "config" | "archive" | "pax";
  pax: [key: string, value: string][];
  link: string;
  /** What the header says of the size, beside what is there. */
  sizeOff: number;
}

describe("an archive that is odd", function () {
  this.timeout(600_000);
  const scratch = useScratch();

  it("is refused, or is the image that skopeo finds in it", async function () {
    const skopeo = skipWithout("skopeo", this);
    // The same layer in both: only the config tells them apart.
    const image = { platform: "linux/amd64", repoTag: "team/app:1", files: { a: "b" } };
    const ours = await writeDemoArchive(scratch("ours.tar"), { ...image, env: ["IMAGE=ours"] });
    await writeDemoArchive(scratch("theirs.tar"), { ...image, env: ["IMAGE=theirs"] });
    const whole = {
      ours: await readFile(scratch("ours.tar")),
      theirs: await readFile(scratch("theirs.tar")),
    };
    const config = `${ours.imageId.slice("sha256:".length)}.json`;
    const layers = ours.diffIds.map((id) => `${id.slice("sha256:".length)}.tar`);
    const contents = {
      nothing: Buffer.alloc(0),
      manifest: Buffer.from(JSON.stringify([{ Config: config, RepoTags: [], Layers: layers }])),
      config: entryContent(whole.ours, config),
      archive: whole.ours,
    };
    const names = [
      "manifest.json",
      "./manifest.json",
      "manifest.json/",
      config,
      `${config}/`,
      "x/",
      "x",
      "pax",
    ];
    const odd: fc.Arbitrary<Odd> = fc.record({
      type: fc.constantFrom(
        "0",
        "\0",
        "0",
        "\0",
        "1",
        "2",
        "5",
        "7",
        "x",
        "g",
        "L",
        "K",
        "X",
        "N",
        "S",
        "V",
      ),
      name: fc.constantFrom(...names),
      mode: fc.constantFrom(0o644, 0o644, 0o100644, 0o120777, 0o040755, 0o010644),
      prefix: fc.constantFrom("", "", "", ".", "manifest.json/.."),
      magic: fc.constantFrom("ustar\x0000", "ustar\x0000", "ustar  \0", "\0\0\0\0\0\0\0\0"),
      content: fc.constantFrom("nothing", "manifest", "config", "archive", "pax"),
      pax: fc.array(
        fc.tuple(
          fc.constantFrom("path", "linkpath", "size", "comment"),
          fc.constantFrom(...names, "0", "512", "1024", "a\n12 path=x\n"),
        ),
        { maxLength: 2 },
      ),
      link: fc.constantFrom("", config, "manifest.json", "x"),
      sizeOff: fc.constantFrom(0, 0, 0, 0, -1, 512),
    });
    let both = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(odd, { minLength: 1, maxLength: 4 }),
        fc.constantFrom<(keyof typeof whole)[]>("ours", "theirs"),
        async (before, rest) => {
          const path = scratch("odd.tar");
          const parts = before.map((each) =>
            oddEntry(each, each.content === "pax" ? paxRecords(each.pax) : contents[each.content]),
          );
          await writeFile(path, Buffer.concat([...parts, whole[rest]]));
          const read = await readArchive(path).catch((error: unknown) => {
            assert.ok(error instanceof ArchiveError, String(error));
            return undefined;
          });
          if (read === undefined) return;
          const args = ["inspect", "--config", "--raw", `docker-archive:${path}`];
          // What we refuse and skopeo would take is no danger; what we take and skopeo refuses would be locked and never pushed.
          const found = await run(skopeo, args, { encoding: "buffer" }).catch((error: unknown) =>
            assert.fail(`skopeo refuses what we take: ${String(error)}`),
          );
          both++;
          const config = [found.stdout, found.stdout.subarray(0, -1)].find(
            (bytes) => sha256(bytes) === read.imageId,
          );
          assert.ok(config, `we read ${read.imageId}, skopeo ${sha256(found.stdout)}`);
          const { rootfs } = JSON.parse(config.toString()) as { rootfs: { diff_ids: string[] } };
          assert.deepEqual(read.diffIds, rootfs.diff_ids);
        },
      ),
      { numRuns: runsOf(100) },
    );
    assert.ok(both > 0, "no archive was read by both");
  });
});

function oddEntry(
  { type, name, mode, prefix, magic, link, sizeOff }: Odd,
  content: Buffer,
): Buffer {
  const header = Buffer.alloc(block);
  header.write(name, 0, 100, "latin1");
  header.write(mode.toString(8).padStart(7, "0"), 100, "latin1");
  header.write(
    Math.max(0, content.length + sizeOff)
      .toString(8)
      .padStart(11, "0"),
    124,
    "latin1",
  );
  header.write(type, 156, "latin1");
  header.write(link, 157, 100, "latin1");
  header.write(magic, 257, "latin1");
  header.write(prefix, 345, 155, "latin1");
  header.fill(" ", 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  const padding = Buffer.alloc(Math.ceil(content.length / block) * block - content.length);
  return Buffer.concat([header, content, padding]);
}

function paxRecords(records: Odd["pax"]): Buffer {
  return Buffer.from(
    records
      .map(([key, value]) => {
        const rest = ` ${key}=${value}\n`;
        const digits = String(rest.length + 2).length === 2 ? 2 : 3;
        return `${rest.length + digits}${rest}`;
      })
      .join(""),
  );
}

/** The content of an entry that ustar writes, by its name. */
function entryContent(tar: Buffer, name: string): Buffer {
  const at = tar.indexOf(name);
  const size = parseInt(tar.toString("latin1", at + 124, at + 136), 8);
  return tar.subarray(at + block, at + block + size);
}
