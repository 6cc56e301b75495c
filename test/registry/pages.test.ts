import assert from "node:assert/strict";
import { nextPage } from "../../src/registry/pages";
import { collect, useFakes } from "../support/fakeRegistry";

describe("nextPage", () => {
  const here = new URL("http://registry.example:5000/v2/_catalog?n=2");
  const examples: [string | undefined, string | undefined][] = [
    [undefined, undefined],
    ['</v2/_catalog?n=2&last=b>; rel="next"', "/v2/_catalog?n=2&last=b"],
    ["</v2/_catalog?last=b>;rel=next", "/v2/_catalog?last=b"],
    ["<?last=b>; rel=next", "/v2/_catalog?last=b"],
    ['</x>; rel="prev", </y>; rel="next"', "/y"],
    ["<https://registry.example:5000/y?z>; rel=next", "/y?z"],
    ['</x>; rel="nextish"', undefined],
    ["nonsense", undefined],
  ];
  for (const [link, next] of examples) {
    it(`reads ${link ?? "no link"}`, () => {
      assert.equal(nextPage(link, here), next);
    });
  }

  it("refuses another host", () => {
    assert.throws(() => nextPage("<http://evil.example/>; rel=next", here), /evil\.example/);
    assert.throws(() => nextPage("<//evil.example/>; rel=next", here), /another host/);
  });
});

describe("RegistryClient.catalog and tags", () => {
  const fakes = useFakes();
  const pages: Record<string, [string[], string?]> = {
    "/v2/_catalog?n=2": [["a", "b"], "/v2/_catalog?n=2&last=b"],
    "/v2/_catalog?n=2&last=b": [["c"], "/v2/_catalog?n=2&last=c"],
    "/v2/_catalog?n=2&last=c": [[]],
  };

  it("reads page after page, each when it is needed", async () => {
    const server = await fakes.server((request, response) => {
      const [repositories, next] = pages[request.url ?? ""] ?? [[]];
      if (next !== undefined) response.setHeader("link", `<${next}>; rel="next"`);
      response.end(JSON.stringify({ repositories }));
    });
    const client = fakes.client(server.url);
    assert.deepEqual(await collect(client.catalog(2)), ["a", "b", "c"]);
    assert.equal(server.seen.length, 3);
    for await (const first of client.catalog(2)) {
      assert.equal(first, "a");
      break;
    }
    assert.equal(server.seen.length, 4);
  });

  it("refuses to go round in a circle", async () => {
    const server = await fakes.server((request, response) => {
      const next = request.url?.includes("last=a") ? "/v2/a/tags/list?last=b" : "?last=a";
      response.setHeader("link", `<${next}>; rel="next"`);
      response.end('{"tags":["v1"]}');
    });
    await assert.rejects(collect(fakes.client(server.url).tags("a")), {
      reason: "answer",
      message: /GET \/v2\/a\/tags\/list at \S+: the pages of the list go round in a circle/,
    });
  });

  it("refuses a next page on another host", async () => {
    const server = await fakes.server((_request, response) => {
      response.setHeader("link", '<http://evil.example/v2/_catalog>; rel="next"');
      response.end('{"repositories":[]}');
    });
    await assert.rejects(collect(fakes.client(server.url).catalog()), /on another host, evil/);
  });

  it("says what is wrong with a page", async () => {
    for (const [body, message] of [
      ['{"tags":["v1",7]}', /not what a registry gives: tags\[1\]: /],
      ['{"tags":["../x"]}', /tags\[0\]: not a tag/],
      ["<html>", /not what a registry gives: not JSON/],
      ['"x"', /expected object/],
    ] as const) {
      const server = await fakes.server((_request, response) => response.end(body));
      await assert.rejects(collect(fakes.client(server.url).tags("a")), message);
    }
  });

  it("takes null for none", async () => {
    const server = await fakes.server((_request, response) => {
      response.end('{"name":"a","tags":null}');
    });
    assert.deepEqual(await collect(fakes.client(server.url).tags("a")), []);
  });

  it("refuses a page of more than 8 MiB", async () => {
    const server = await fakes.server((_request, response) => {
      response.end(`{"repositories":[${" ".repeat(8 * 1024 * 1024)}]}`);
    });
    await assert.rejects(collect(fakes.client(server.url).catalog()), /larger than 8388608 bytes/);
  });
});
