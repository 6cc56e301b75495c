import { z } from "zod";
import { descriptorSchema } from "../images/manifest";
import { isRepository, isTag } from "../images/reference";

/** One page of `/v2/_catalog` (distribution, "HTTP API V2"). Names go into paths again, so they are checked. */
export const catalogPage = z.looseObject({
  repositories: z.array(z.string().refine(isRepository, "not a repository's name")).nullish(),
});

/** One page of `tags/list`. Null is distribution's answer for a repository whose last tag is gone. */
export const tagsPage = z.looseObject({
  tags: z.array(z.string().refine(isTag, "not a tag")).nullish(),
});

/** One page of `referrers/<digest>` (OCI distribution spec 1.1, "Listing Referrers"): an index. */
export const referrersPage = z.looseObject({ manifests: z.array(descriptorSchema) });

/** No registry has more pages than this; one that goes on is making them up. */
const mostPages = 1000;

/** One page of a list, and the path of the next one. */
export interface Page<Item> {
  items: Item[];
  next: string | undefined;
}

/**
 * What is on all pages, each page fetched when it is needed.
 *
 * @throws Error when a page leads back to one that was read, or when there is no end.
 */
export async function* listPages<Item>(
  first: string,
  read: (path: string) => Promise<Page<Item>>,
  refuse: (path: string, message: string) => Error,
): AsyncGenerator<Item> {
  const seen = new Set<string>();
  for (let path: string | undefined = first; path !== undefined;) {
    if (seen.has(path)) throw refuse(path, "the pages of the list go round in a circle");
    if (seen.size === mostPages) throw refuse(path, `more than ${mostPages} pages`);
    seen.add(path);
    const page: Page<Item> = await read(path);
    yield* page.items;
    path = page.next;
  }
}

/**
 * The path and query of the next page, from a `Link` header (OCI distribution spec, "Listing Tags"; RFC 8288); undefined on
 * the last page. A registry behind a proxy may write its own scheme into an absolute link, so path and query are used.
 *
 * @throws Error when the link leads to another host: the next page would be somebody else's list.
 */
export function nextPage(link: string | undefined, current: URL): string | undefined {
  if (link === undefined) return undefined;
  for (const [, target = "", parameters = ""] of link.matchAll(/<([^<>]*)>([^<]*)/g)) {
    if (!/;\s*rel\s*=\s*"?next"?\s*(?:[;,]|$)/i.test(parameters)) continue;
    if (!URL.canParse(target, current.href)) throw new Error("the link to the next page is no URL");
    const next = new URL(target, current);
    if (next.host !== current.host) {
      throw new Error(`the next page is said to be on another host, ${next.host}`);
    }
    return next.pathname + next.search;
  }
  return undefined;
}
