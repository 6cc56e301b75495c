import assert from "node:assert/strict";
import { failureText } from "../../src/checks/outcomes";
import { runVerification } from "../../src/checks/runVerification";
import type { ExpectedImage } from "../../src/checks/expectations";
import { diagnose } from "../../src/doctor/diagnose";
import { gather } from "../../src/doctor/gather";
import type { SeedInputs } from "../../src/resources/seed";
import { create } from "../support/seeding";

export const admin = { username: "admin", password: "secret" };

/** What each look says of trouble; nothing where all is well. */
export const said = {
  seeding: async (inputs: SeedInputs): Promise<string> => (await create(inputs)).problem ?? "",

  verification: async (url: string, image: ExpectedImage): Promise<string> =>
    failureText(
      await runVerification(
        {
          endpoint: { via: "address", url },
          accounts: [{ ...admin, role: "admin" }],
          images: [image],
        },
        [],
        // Failures that may pass are looked at again for up to a minute: not here.
        { patienceMs: 0 },
      ),
    ) ?? "",

  doctor: async (url: string, { repository, tags: [reference = ""] }: ExpectedImage) =>
    diagnose(
      await gather({
        caller: { program: "zot-fleet", flags: `--url ${url}` },
        endpoint: { via: "address", url },
        host: new URL(url).host,
        credentials: admin,
        seeds: [{ repository, reference, seeded: true }],
      }),
    )
      .map(({ code, detail, hint }) => `${code} ${detail}\n  ${hint}`)
      .join("\n"),
};

/** What no words of ours may have, whatever they tell of. */
export function assertFit(words: string): void {
  assert.doesNotMatch(words, /secret|YWRtaW46c2VjcmV0/, "a password");
  assert.doesNotMatch(words, /^\s+at .*[(:]\d+/m, "a stack trace");
  assert.ok(words.length < 20_000, "too long to read");
}
