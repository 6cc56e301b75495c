import { posix } from "node:path";
import { ArchiveError } from "./archiveError";
import { keptJson, type TarEntry, type TarIndex } from "./tarIndex";

/** A name as containers/image compares it: Go's `path.Clean`. */
export const cleanName = (name: string) => posix.normalize(name).replace(/(?<=.)\/$/, "");

/** The entries of an archive by name, found as skopeo finds them: the first of two, through one symlink. */
export class ArchiveEntries {
  private readonly byName = new Map<string, TarEntry>();

  constructor(
    private readonly path: string,
    private readonly tar: TarIndex,
  ) {
    for (const entry of tar.entries) {
      const name = cleanName(entry.name);
      if (!this.byName.has(name)) this.byName.set(name, entry);
    }
  }

  /** As they stand in the tar, in its order. */
  get names(): string[] {
    return this.tar.entries.map(({ name }) => name);
  }

  find(name: string): TarEntry | undefined {
    const entry = this.byName.get(cleanName(name));
    if (entry?.target === undefined) return entry;
    return this.byName.get(cleanName(posix.join(posix.dirname(cleanName(name)), entry.target)));
  }

  /** The bytes of an entry that should be JSON and no larger than `most`: what containers/image reads of a config, at most. */
  async readJson(name: string, most = keptJson): Promise<Buffer> {
    const entry = this.find(name);
    if (entry === undefined)
      throw this.error(`a manifest.json that names ${name}, and no such entry`);
    if (entry.type !== "file") throw this.error(`${name} as ${entry.type}`, "a file there");
    if (entry.size > most) throw this.error(`${name} of ${entry.size} bytes`, `at most ${most}`);
    const bytes = await this.tar.read(entry);
    if (bytes === undefined) throw this.error(`${name} that is not JSON`);
    return bytes;
  }

  /** What was found instead of a docker-archive, for the caller to throw. */
  error(found: string, wanted?: string): ArchiveError {
    return new ArchiveError(this.path, found, wanted);
  }
}
