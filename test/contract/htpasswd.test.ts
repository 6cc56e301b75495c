import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import fc from "fast-check";
import { RegistryClient } from "../../src/registry/client";
import { hashPassword } from "../../src/zot/credentials";
import { htpasswdFile, validatePassword, validateUsername } from "../../src/zot/htpasswd";
import { useScratch } from "../images/scratch";
import { runsOf } from "../support/random";
import { startZot } from "../support/registry";
import { skipWithout } from "../support/skip";

const text = (most: number) =>
  fc.oneof(
    fc.string({ minLength: 1, maxLength: most }),
    fc.string({ unit: "grapheme", minLength: 1, maxLength: most }),
    fc.string({
      unit: fc.constantFrom(...Array.from(" #$:\\'\"%+@/=,é\u00A0\uFEFFa")),
      minLength: 1,
      maxLength: most,
    }),
  );
const accounts = fc.uniqueArray(
  fc.record({
    username: text(20).filter((name) => validateUsername(name) === undefined),
    password: text(18).filter((password) => validatePassword(password) === undefined),
  }),
  { selector: ({ username }) => username, minLength: 1, maxLength: 20 },
);

describe("htpasswd, through the file into Zot and back", function () {
  this.timeout(0);
  const scratch = useScratch();

  it("lets in every account that may be declared, by its own password alone", async function () {
    skipWithout("zot", this);
    let asked = 0;
    await fc.assert(
      fc.asyncProperty(accounts, async (all) => {
        const path = scratch("htpasswd");
        const entries = await Promise.all(
          all.map(async ({ username, password }) => ({
            username,
            hash: await hashPassword(password, 4),
          })),
        );
        writeFileSync(path, htpasswdFile(entries));
        const zot = await startZot({
          config: { http: { auth: { htpasswd: { path }, failDelay: 0 } } },
        });
        try {
          const status = async (username: string, password: string) => {
            const client = new RegistryClient({
              url: zot.url,
              credentials: { username, password },
              retries: 0,
            });
            try {
              return (await client.request({ method: "GET", path: "/v2/" })).status;
            } finally {
              await client.close();
            }
          };
          for (const { username, password } of all) {
            asked++;
            assert.equal(await status(username, password), 200, JSON.stringify(username));
            const other = password === "x" ? "y" : "x";
            assert.equal(await status(username, other), 401, JSON.stringify(username));
          }
        } finally {
          await zot.stop();
        }
      }),
      { numRuns: runsOf(4) },
    );
    assert.ok(asked > 0);
  });
});
