import type { CheckResult, Expectations, ExpectedAccount } from "../checks/check";
import { registryChecks } from "../checks/registryChecks";
import { runChecks } from "../checks/runChecks";
import type { Credentials, RegistryAddress } from "../oci/client";
import { differ, incomplete, type DynamicProvider } from "./provider";

export interface VerificationInputs {
  address: RegistryAddress;
  accounts: ExpectedAccount[];
  images: Expectations["images"];
}

export interface VerificationOutputs extends VerificationInputs {
  results: CheckResult[];
}

/** Looks at the registry whenever what was asked of it changes, and fails the deployment when a check fails. */
export const verificationProvider: DynamicProvider<VerificationInputs, VerificationOutputs> = {
  check: (_olds, inputs) => Promise.resolve({ inputs, failures: [] }),
  diff: (_id, olds, news) =>
    Promise.resolve({
      changes: differ<VerificationInputs>(olds, news, ["address", "accounts", "images"]),
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
  const results = await runChecks(registryChecks, inputs.address, { ...inputs, retired });
  const outs = { ...inputs, results };
  const failures = results.filter(({ status }) => status === "failed");
  if (failures.length === 0) return outs;
  const text = failures.map(
    ({ code, title, subject, detail, hint }) =>
      `${code} failed: ${title}${subject === undefined ? "" : ` (${subject})`}: ${detail}\n      ${hint}`,
  );
  throw incomplete(
    "verification",
    outs,
    `${failures.length} of ${results.length} checks failed\n  ${text.join("\n  ")}`,
  );
}

/** The credentials of `olds` that have another password in `news`. */
function replaced(olds: ExpectedAccount[], news: ExpectedAccount[]): Credentials[] {
  return olds.flatMap(({ username, password }) => {
    const now = news.find((account) => account.username === username);
    return password === undefined || now === undefined || now.password === password
      ? []
      : [{ username, password }];
  });
}
