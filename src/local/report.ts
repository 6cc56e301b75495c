import type { CheckResult, RegistryKind } from "../checks/check";
import { countResults, type Counts } from "../checks/outcomes";
import type { Changes } from "./deployment";
import type { StackPart } from "./stackUse";

/** What a run did, and what is true of its registry. */
export interface LocalReport {
  /** Where everything lies. */
  folder: string;
  registry: { url: string; kind: RegistryKind; version: string; note?: string };
  /** What a stack file says that holds here, too; absent where it says nothing. */
  stack?: { name: string; parts: readonly StackPart[] };
  changes: Changes;
  seeded: {
    image: string;
    tags: string[];
    digest: string | null;
    action: "pushed" | "present" | null;
  }[];
  results: readonly CheckResult[];
  /** What stopped the deployment. */
  problem?: string;
}

/** What `-o json` prints: programs know these fields. */
export interface LocalDocument extends Omit<LocalReport, "folder" | "results"> {
  checks: Counts;
  /** `detail` begins with the subject, where there is one. */
  results: (Pick<CheckResult, "code" | "title" | "status" | "detail"> & { hint?: string })[];
}

/** True when the registry is as it was asked for: nothing stopped the deployment and no check failed. */
export function allHeld({ problem, results }: LocalReport): boolean {
  const { passed, failed } = countResults(results);
  return problem === undefined && failed === 0 && passed > 0;
}
