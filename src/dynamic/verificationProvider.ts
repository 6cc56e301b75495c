import type { CheckResult, ExpectedAccount } from "../checks/check";
import { failureText } from "../checks/failureText";
import { runVerification, type Verified } from "../checks/runVerification";
import type { Credentials } from "../oci/client";
import { differ, incomplete, type DynamicProvider } from "./provider";

/** What is verified, as the engine keeps it. */
export type VerificationInputs = Verified;

export interface VerificationOutputs extends VerificationInputs {
  results: CheckResult[];
}

/** Looks at the registry whenever what was asked of it changes, and fails the deployment when a check fails. */
export const verificationProvider: DynamicProvider<VerificationInputs, VerificationOutputs> = {
  check: (_olds, inputs) => Promise.resolve({ inputs, failures: [] }),
  diff: (_id, olds, news) =>
    Promise.resolve({
      changes: differ<VerificationInputs>(olds, news, [
        "endpoint",
        "accounts",
        "images",
        "cluster",
        "registry",
        "limits",
        "access",
        "oidc",
      ]),
    }),
  create: async (inputs) => ({ id: "verification", outs: await verify(inputs, []) }),
  read: (id, props) => Promise.resolve({ id, props }),
  update: async (_id, olds, news) => ({
    outs: await verify(news, replaced(olds.accounts, news.accounts)),
  }),
  delete: () => Promise.resolve(),
};

async function verify(
  inputs: VerificationInputs,
  retired: Credentials[],
): Promise<VerificationOutputs> {
  const results = await runVerification(inputs, retired);
  const outs = { ...inputs, results };
  const problem = failureText(results);
  if (problem === undefined) return outs;
  throw incomplete("verification", outs, problem);
}

/** The credentials of `olds` that have another password in `news`, or no account any more. */
function replaced(olds: ExpectedAccount[], news: ExpectedAccount[]): Credentials[] {
  return olds.flatMap(({ username, password }) => {
    const now = news.find((account) => account.username === username);
    return password === undefined || now?.password === password ? [] : [{ username, password }];
  });
}
