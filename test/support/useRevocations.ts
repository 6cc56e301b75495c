import { progress } from "../../src/resources/progress";
import { useFakeKeys, type FakeKeys } from "./fakeKeys";
import { RevocationRuns } from "./revocationRuns";

export const admin = { username: "admin", password: "leaked" };
export const ci = { username: "ci-1", password: "of-ci-1" };
export const fleet = { username: "fleet", password: "of-fleet" };
export const everyone = [admin, ci, fleet];

export const without = (username: string) =>
  everyone.filter((account) => account.username !== username);

interface Revocations {
  zot: () => FakeKeys;
  /** Deployed once, with everyone. */
  stack: () => RevocationRuns;
  /** What the resources printed. */
  said: string[];
}

/** A registry of accounts and keys, and a stack that was deployed to it, for each test of one `describe`. */
export function useRevocations(): Revocations {
  const zot = useFakeKeys();
  const said: string[] = [];
  const { say } = progress;
  let stack: RevocationRuns;
  before(() => {
    progress.say = (words) => said.push(words);
  });
  after(() => {
    progress.say = say;
  });
  beforeEach(async () => {
    said.length = 0;
    stack = new RevocationRuns(
      () => zot().url,
      (users) => (zot().users = new Map(Object.entries(users))),
    );
    stack.wanted = { accounts: everyone };
    await stack.up();
  });
  return { zot, stack: () => stack, said };
}
