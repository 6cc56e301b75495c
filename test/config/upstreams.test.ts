import assert from "node:assert/strict";
import { upstreamOf } from "../../src/config/upstreams";
import { parseStackConfig } from "../../src/config/stack";
import { right } from "./wrongStacks";

describe("an upstream that is named alone", () => {
  for (const [name, url] of [
    ["docker.io", "https://registry-1.docker.io"],
    ["mcr.microsoft.com", "https://mcr.microsoft.com"],
  ])
    it(`is asked where ${name} answers`, () => {
      const { upstreams } = parseStackConfig({ ...right, upstreams: [name] });
      assert.deepEqual(
        upstreams.map((each) => upstreamOf(each).url),
        [url],
      );
    });
});
