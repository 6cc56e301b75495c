import type { Pending } from "./fleetStatus";
import type { Declared, Deployed } from "./place";

/** What is declared and not deployed yet, as far as this command looks: a preview tells all. */
export function pendingOf(declared: Declared, deployed: Deployed): Pending[] {
  const { rotation, seeds, asked } = deployed;
  const version = asked.registry?.version;
  const handedOut = rotation.handedOut ?? rotation.begun;
  return [
    ...(handedOut === undefined || handedOut === declared.rotation
      ? []
      : [{ what: "rotation", deployed: String(handedOut), declared: String(declared.rotation) }]),
    ...(version === undefined || version === declared.version
      ? []
      : [{ what: "version", deployed: version, declared: declared.version }]),
    ...declared.images.flatMap(({ repository, tags, content }) => {
      const seed = seedOf(seeds, repository, tags);
      if (seed === undefined)
        return [{ what: repository, deployed: "nothing", declared: tags.join(", ") }];
      return content === undefined || content === seed.content
        ? []
        : [{ what: repository, deployed: "another image", declared: "what the lock has" }];
    }),
  ];
}

/** The seed of a repository that has one of these tags. */
export function seedOf<T extends { repository: string; tags: readonly string[] }>(
  seeds: readonly T[],
  repository: string,
  tags: readonly string[],
): T | undefined {
  return seeds.find(
    (each) => each.repository === repository && each.tags.some((tag) => tags.includes(tag)),
  );
}
