import { accountOf, type StoredAccount } from "../../checks/expectations";
import { failureText } from "../../checks/outcomes";
import { runVerification, type Verified } from "../../checks/runVerification";
import type { Credentials } from "../../registry/client";
import { ensureSentinel } from "../../seeding/sentinel";
import { atStorage } from "./atStorage";
import { unseenIn } from "./readForRefresh";
import { madeAnew } from "../define";
import { incomplete, type Deployment } from "../provider";
import { heldGeneration, type VerificationInputs, type VerificationOutputs } from "../verification";

export const verificationDeployment: Deployment<VerificationInputs, VerificationOutputs> = {
  ...madeAnew<VerificationInputs, VerificationOutputs>("verification", verify),
  read: async (id, props) => ({
    id,
    props: await unseenIn("the verification", props, () =>
      atStorage(props, (client) => client.checkStorage()),
    ),
  }),
};

async function verify(
  inputs: VerificationInputs,
  before?: VerificationOutputs,
): Promise<VerificationOutputs> {
  const { accounts, apiKeys, clusterUid: _, ...rest } = inputs;
  const keys =
    apiKeys === undefined
      ? {}
      : { apiKeys: { ...apiKeys, replaced: replacedKeys(before?.apiKeys, apiKeys) } };
  const retired = replaced(before?.accounts ?? [], accounts);
  // Also where nothing is seeded: without the sentinel the checks know nothing.
  await atStorage(inputs, ensureSentinel);
  const results = await runVerification(
    { ...rest, accounts: accounts.map(accountOf), ...keys },
    retired,
  );
  const outs = { ...inputs, results };
  const problem = failureText(results);
  if (problem === undefined) return outs;
  const held = heldGeneration(before ?? {});
  throw incomplete("verification", { ...outs, ...(held === undefined ? {} : { held }) }, problem);
}

/** The credentials of `olds` that have another password in `news`, or no account any more. */
function replaced(olds: StoredAccount[], news: StoredAccount[]): Credentials[] {
  return olds.flatMap(({ username, password }) => {
    const now = news.find((account) => account.username === username);
    return password === undefined || now?.password === password ? [] : [{ username, password }];
  });
}

/** The keys of `olds` that another key has replaced. One that is no longer declared is revoked after the verification. */
function replacedKeys(olds: Verified["apiKeys"], news: Verified["apiKeys"]): Credentials[] {
  return (olds?.declared ?? []).flatMap(({ name, id, username, password }) => {
    const now = news?.declared.find((key) => key.name === name);
    return password === undefined || now === undefined || now.id === id
      ? []
      : [{ username, password }];
  });
}
