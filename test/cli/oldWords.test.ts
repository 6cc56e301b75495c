import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { right } from "../config/wrongStacks";
import { useScratch } from "../images/scratch";
import { readYaml } from "../support/yaml";
import { fleet } from "./fleet";

describe("old words of the stack file and of the command line", () => {
  const scratch = useScratch();

  it("are told once by a command that reads the file, beside what it prints", async () => {
    const folder = scratch("project");
    mkdirSync(`${folder}/stacks`, { recursive: true });
    writeFileSync(`${folder}/Pulumi.yaml`, "name: zot-fleet\n");
    const config = { "zot-fleet:cluster": right.cluster, "zot-fleet:upstreams": ["docker.io"] };
    writeFileSync(
      `${folder}/stacks/Pulumi.x.yaml`,
      JSON.stringify({ config: { ...config, "zot-fleet:checks": { clockSkewSeconds: 30 } } }),
    );
    const { code, stdout, stderr } = await fleet(["mirrors", "-f", "k3s", "-s", "x"], {
      cwd: folder,
    });
    assert.equal(code, 0, stderr);
    assert.ok(readYaml(stdout));
    assert.match(stderr, /^warning: mirrors -f k3s is the old way .* Write --output k3s$/m);
    assert.match(
      stderr,
      /^warning: stacks\/Pulumi\.x\.yaml: zot-fleet:checks\.clockSkewSeconds: .* Write clockSkew: 30s$/m,
    );
    assert.equal(stderr.match(/^warning: /gm)?.length, 2);
  });
});
