import { z } from "zod";
import { accountOf, type StoredAccount } from "../checks/expectations";
import type { Verified } from "../checks/runVerification";
import { explain } from "../images/manifest";
import type { StateResource } from "../reports/status/stateFacts";
import { roleWords } from "../zot/roles";
import { CliError } from "./failure";

const type = "pulumi-nodejs:dynamic/zot-fleet:Verification";

/** What is leaned on here; the checks' own types say the rest. */
const verified = z.looseObject({
  endpoint: z.looseObject({ via: z.enum(["address", "route", "port-forward"]) }),
  accounts: z.array(
    z.looseObject({
      username: z.string(),
      password: z.string().optional(),
      role: z.enum(roleWords),
    }),
  ),
  images: z.array(
    z.looseObject({
      repository: z.string(),
      tags: z.array(z.string()),
      digest: z.string().optional(),
      problem: z.string().optional(),
      platforms: z.array(z.string()),
    }),
  ),
});

/**
 * What the last deployment of a stack asked of its registry, also where its checks failed.
 *
 * @throws CliError where there is none, or where another version of zot-fleet wrote it
 */
export function verificationInputs(resources: readonly StateResource[], stack: string): Verified {
  const found = resources.filter((resource) => resource.type === type);
  const [verification] = found;
  if (verification === undefined || found.length > 1) {
    throw new CliError(
      `the state of ${stack} has ${found.length} verifications, not one: run "pulumi up" first`,
    );
  }
  // After an update that failed in its checks the engine keeps the old inputs; the outputs repeat what was asked last.
  const {
    __provider: _,
    results: __,
    ...inputs
  } = { ...verification.inputs, ...verification.outputs };
  try {
    explain(verified, inputs);
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    throw new CliError(
      `the state of ${stack} is of another version of zot-fleet (${words}): run "pulumi up" first`,
    );
  }
  const stored = inputs as unknown as Omit<Verified, "accounts"> & { accounts: StoredAccount[] };
  return { ...stored, accounts: stored.accounts.map(accountOf) };
}
