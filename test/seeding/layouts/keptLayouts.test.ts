import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { sha256 } from "../../../src/images/digest";
import { mediaTypes } from "../../../src/images/mediaTypes";
import { dropHolders, keepLayout, takeLayout } from "../../../src/seeding/layouts/keptLayouts";
import { blobPath, brokenBlob, readLayout } from "../../../src/seeding/layouts/layout";
import { tidyLayouts } from "../../../src/seeding/layouts/tidy";
import { useScratch } from "../../images/scratch";

const day = 24 * 3_600_000;

describe("kept layouts", () => {
  const scratch = useScratch();
  let folder: string;
  let aside: string;
  let count = 0;

  beforeEach(() => {
    folder = scratch(`layouts${count++}`);
    aside = join(folder, "zot-fleet-0123456789ab-1-1-aside");
    mkdirSync(aside, { recursive: true });
  });

  const nameOf = (text: string) => `${sha256(text).slice("sha256:".length)}-zstd-1.9.3`;

  /** Keeps a layout of one layer with this text, `daysAgo` days ago. */
  function keep(name: string, layer: string, daysAgo = 0): string {
    const layout = join(aside, "layout");
    writeLayout(layout, layer);
    keepLayout(folder, name, layout);
    rmSync(layout, { recursive: true });
    const then = new Date(Date.now() - daysAgo * day);
    utimesSync(join(folder, name), then, then);
    return join(folder, name);
  }

  const kept = () => readdirSync(folder).filter((name) => name !== basename(aside));

  it("are as they were written, also for whoever has taken one that is removed meanwhile", async () => {
    const name = nameOf("taken");
    keep(name, "a layer", 40);
    const mine = join(aside, "mine");
    assert.ok(takeLayout(folder, name, mine));
    rmSync(join(folder, name), { recursive: true });
    assert.equal(await brokenBlob(mine), undefined);
    assert.equal(readLayout(mine).manifest.layers[0]?.digest, sha256("a layer"));
    assert.equal(takeLayout(folder, name, join(aside, "later")), false);
  });

  it("stay the first one's where two deployments write one", () => {
    const name = nameOf("both");
    const inode = () => statSync(join(folder, name, "index.json")).ino;
    keep(name, "a layer");
    const first = inode();
    keep(name, "a layer");
    assert.equal(inode(), first);
    assert.deepEqual(kept(), [name]);
  });

  it("go when they lapsed, never while somebody pushes from them, and a use begins the thirty days anew", async () => {
    const [idle, busy, used] = ["idle", "busy", "used"].map(nameOf) as [string, string, string];
    for (const name of [idle, busy, used]) keep(name, name, 31);
    for (const name of [busy, used]) takeLayout(folder, name, join(aside, name));
    rmSync(join(aside, used), { recursive: true });
    const long = new Date(Date.now() - 31 * day);
    utimesSync(join(folder, busy), long, long);
    await tidyLayouts(folder);
    assert.deepEqual(kept().sort(), [busy, used].sort());
  });

  it("go where a file of them is missing, in time", async () => {
    const name = nameOf("half");
    const layout = keep(name, "a layer");
    rmSync(join(layout, "blobs"), { recursive: true });
    const then = new Date(Date.now() - 31 * day);
    utimesSync(layout, then, then);
    await tidyLayouts(folder);
    assert.deepEqual(kept(), []);
  });

  it("are followed by what killed deployments left elsewhere, after a day", async () => {
    const [old, young] = ["zot-fleet-ba9876543210-7-7-old", "zot-fleet-ba9876543210-7-7-young"].map(
      (name) => join(folder, name),
    ) as [string, string];
    for (const path of [old, young]) writeLayout(join(path, "layout"), "half");
    const then = new Date(Date.now() - 1.1 * day);
    utimesSync(old, then, then);
    const lock = join(folder, `lock-${nameOf("killed")}`);
    writeFileSync(lock, "{}");
    utimesSync(lock, then, then);
    const name = nameOf("kept");
    keep(name, "a layer", 2);
    await tidyLayouts(folder);
    assert.deepEqual(kept().sort(), [basename(young), name].sort());
    assert.ok(existsSync(aside));
  });

  it("go with a broken layer, all that hold it", () => {
    const [one, two, other] = ["one", "two", "other"].map(nameOf) as [string, string, string];
    for (const name of [one, two]) keep(name, "shared");
    keep(other, "its own");
    dropHolders(folder, sha256("shared"), aside);
    assert.deepEqual(kept(), [other]);
  });

  for (const [what, spoil] of [
    [
      "a layer that is flipped",
      (path: string) => {
        writeFileSync(path, "b layer");
      },
    ],
    [
      "a layer that is missing",
      (path: string) => {
        rmSync(path);
      },
    ],
  ] as const) {
    it(`are known to be broken by ${what}`, async () => {
      const layout = keep(nameOf("spoilt"), "a layer");
      assert.equal(await brokenBlob(layout), undefined);
      spoil(blobPath(layout, sha256("a layer")));
      assert.equal(await brokenBlob(layout), sha256("a layer"));
    });
  }
});

/** An OCI layout of an image with one layer. */
function writeLayout(layout: string, layer: string): void {
  mkdirSync(join(layout, "blobs", "sha256"), { recursive: true });
  const blob = (text: string, mediaType: string) => {
    const digest = sha256(text);
    writeFileSync(blobPath(layout, digest), text);
    return { mediaType, digest, size: text.length };
  };
  const manifest = {
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    config: blob(`{"rootfs":{"diff_ids":["${sha256(layer)}"]}}`, mediaTypes.ociConfig),
    layers: [blob(layer, mediaTypes.ociLayerZstd)],
  };
  const named = blob(JSON.stringify(manifest), mediaTypes.ociManifest);
  writeFileSync(join(layout, "oci-layout"), '{"imageLayoutVersion":"1.0.0"}');
  writeFileSync(
    join(layout, "index.json"),
    JSON.stringify({ schemaVersion: 2, manifests: [named] }),
  );
}
