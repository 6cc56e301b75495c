import type { ContainerFacts } from "../facts/containers";
import { referenceOf } from "../facts/imageNames";
import { isRepository, isTag } from "../images/reference";
import type { ImageFacts } from "./snapshot";

/** An image that somebody asks for. */
export type Wanted = Pick<ImageFacts, "repository" | "reference" | "seeded">;

/** The images of a registry that containers name, each once. */
export function wantedBy(
  containers: readonly ContainerFacts[],
  names: readonly string[],
): Wanted[] {
  const all = containers.flatMap(({ image }) => {
    const named = referenceOf(image);
    if (named === undefined || !names.includes(named.registry ?? "")) return [];
    return [{ repository: named.repository, reference: named.digest ?? named.tag ?? "latest" }];
  });
  return unique(all);
}

/** The images that a tool's error names: by the API's path, as `host/repository:tag`, or as skopeo and podman write them. */
export function wantedIn(errorText: string, hosts: readonly string[]): Wanted[] {
  const paths = errorText.matchAll(/\/v2\/([a-z0-9._/-]+)\/manifests\/([\w.:-]+)/g);
  const names = errorText.matchAll(/([\w.:-]+)\/([a-z0-9][a-z0-9._/-]*):([\w.-]+)/g);
  const uploads = errorText.matchAll(
    /uploading manifest ([\w.:-]+) to ([\w.:-]+)\/([a-z0-9._/-]+)/g,
  );
  const found = [
    ...[...uploads]
      .filter(([, , registry = ""]) => hosts.includes(registry))
      .map(([, reference = "", , repository = ""]) => ({ repository, reference })),
    ...[...paths].map(([, repository = "", reference = ""]) => ({ repository, reference })),
    ...[...names]
      .filter(([, registry = ""]) => hosts.includes(registry))
      .map(([, , repository = "", reference = ""]) => ({ repository, reference })),
  ];
  return unique(
    found
      .map(({ repository, reference }) => ({
        repository: repository.replace(/[.:]+$/, ""),
        reference: reference.replace(/[.:]+$/, ""),
      }))
      .filter(
        ({ repository, reference }) =>
          isRepository(repository) && (isTag(reference) || reference.startsWith("sha256:")),
      ),
  );
}

/** Each image once: as it was named first. */
export function unique(all: readonly Wanted[]): Wanted[] {
  const isSame = (one: Wanted, other: Wanted) =>
    one.repository === other.repository && one.reference === other.reference;
  return all.filter((each, index) => all.findIndex((other) => isSame(each, other)) === index);
}
