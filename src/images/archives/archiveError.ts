/** What a file should have been, and the two commands that make one. */
const aDockerArchive =
  'a docker-archive of one image, as "docker save -o <file> <image>" or "skopeo copy <image> docker-archive:<file>" writes it';

/** A file is not the docker-archive it is taken for. The message names the file, what was found in it and what is wanted. */
export class ArchiveError extends Error {
  override readonly name = "ArchiveError";

  constructor(
    /** The file, as it was named by whoever asked for it. */
    readonly path: string,
    readonly found: string,
    readonly wanted: string = aDockerArchive,
  ) {
    super(`${path}: found ${found}; wanted ${wanted}`);
  }
}
