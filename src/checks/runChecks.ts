import { setTimeout as sleep } from "node:timers/promises";
import { readKind } from "../facts/zot";
import { RegistryClient, type Credentials, type RegistryAddress } from "../registry/client";
import { isStorageAway, RegistryError } from "../registry/errors";
import { asAdmin, type Check, type CheckContext, type CheckResult, type Finding } from "./check";
import { Content } from "./content";
import type { Expectations } from "./expectations";
import { countResults, skipped, tell } from "./outcomes";

export interface RunOptions {
  /** Told each result as it comes. */
  onResult?: (result: CheckResult) => void;
  /** Told what is looked at now: the check, which one of how many it is, and for the how manieth time it is looked at. */
  onCheck?: (check: Pick<Check, "code" | "title">, at: CheckPosition) => void;
  /** The codes to report. Default: all. The first check runs anyway, and is reported where it fails. */
  only?: ReadonlySet<string>;
  /** The longest that a failure which may lag is looked at again, in milliseconds. Default: as each check says. */
  patienceMs?: number;
  /** Ends all requests to the registry; what was not seen by then is a failure. */
  signal?: AbortSignal;
}

export interface CheckPosition {
  number: number;
  of: number;
  look: number;
}

/** Requests at a time for each account: enough to keep a registry of two cores busy. */
const concurrency = 16;

/**
 * Runs `checks` in their order against the registry at `address` and returns every outcome. The first check decides
 * whether there is a registry to look at: when it fails, the others are skipped, save those that look below HTTP.
 *
 * @throws RegistryError of the reason `storage` where the address names a sentinel and the registry's storage does not answer:
 *   its answers look as if all images were gone, and the checks know nothing of it
 */
export async function runChecks(
  checks: readonly Check[],
  address: RegistryAddress,
  expectations: Expectations,
  options: RunOptions = {},
): Promise<CheckResult[]> {
  const { onResult = () => undefined, onCheck, only, patienceMs = Infinity, signal } = options;
  const clients = new Map<string, RegistryClient>();
  const context = makeContext(address, expectations, clients, signal);
  const results: CheckResult[] = [];
  let reached = true;
  try {
    for (const [position, check] of checks.entries()) {
      const wanted = only?.has(check.code) ?? true;
      if (!wanted && position > 0) continue;
      const findings: Finding[] =
        reached || check.below
          ? await settle(check, context, Math.min(check.lag ?? 0, patienceMs), (look) =>
              onCheck?.(check, { number: position + 1, of: checks.length, look }),
            )
          : [skipped("the registry was not reached")];
      if (position === 0) {
        reached = !findings.some(({ status }) => status === "failed");
        if (reached) await needStorage(context);
      }
      if (!wanted && reached) continue;
      for (const { mayLag: _, hint = check.hint, ...outcome } of findings) {
        const result = { code: check.code, title: check.title, ...outcome, hint };
        results.push(result);
        onResult(result);
      }
    }
    // What failed while the storage was away failed because of that: a list or a right is answered 500 or 400 then.
    if (reached && countResults(results).failed > 0) await needStorage(context);
  } finally {
    await Promise.all([...clients.values()].map((each) => each.close()));
  }
  return results;
}

function makeContext(
  address: RegistryAddress,
  expectations: Expectations,
  clients: Map<string, RegistryClient>,
  signal: AbortSignal | undefined,
): CheckContext {
  const client = (credentials?: Credentials) => {
    const key = JSON.stringify(credentials ?? null);
    const known =
      clients.get(key) ??
      new RegistryClient({
        ...address,
        concurrency,
        ...(credentials ? { credentials } : {}),
        ...(signal ? { signal } : {}),
      });
    clients.set(key, known);
    return known;
  };
  const admin = asAdmin({ ...expectations, client });
  const content = admin && new Content(admin);
  let kind: ReturnType<CheckContext["kind"]> | undefined;
  const { kind: declared } = expectations.registry ?? {};
  const findKind = () => {
    if (declared !== undefined) return Promise.resolve(declared);
    kind ??= readKind(admin ?? client()).catch((error: unknown) => {
      kind = undefined;
      throw error;
    });
    return kind;
  };
  return {
    ...expectations,
    address,
    client,
    content,
    kind: findKind,
  };
}

/** Ends the run where the storage does not answer. Why else nobody could look at it the checks themselves tell. */
async function needStorage({ content }: CheckContext): Promise<void> {
  try {
    await content?.client.checkStorage();
  } catch (error) {
    if (!(error instanceof RegistryError) || isStorageAway(error)) throw error;
  }
}

/** Runs one check, again while all of its failures may lag. */
async function settle(
  check: Check,
  context: CheckContext,
  lag: number,
  onLook: (look: number) => void,
): Promise<Finding[]> {
  const deadline = Date.now() + lag;
  for (let pause = 100, look = 1; ; pause = Math.min(pause * 2, 2000), look++) {
    onLook(look);
    // A look that failed is a failure, never a pass.
    const findings: Finding[] = await tell(() => check.run(context));
    const failures = findings.filter(({ status }) => status === "failed");
    const passing = failures.length > 0 && failures.every(({ mayLag }) => mayLag);
    if (!passing || Date.now() + pause > deadline) return findings;
    await sleep(pause);
  }
}
