import type { ExpectedAccount } from "../checks/check";
import { failureText } from "../checks/failureText";
import { runVerification } from "../checks/runVerification";
import type { Credentials } from "../oci/client";
import { incomplete, type Deployment } from "./provider";
import type { VerificationInputs, VerificationOutputs } from "./verificationProvider";

export const verificationDeployment: Deployment<VerificationInputs, VerificationOutputs> = {
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
