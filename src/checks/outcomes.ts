import type { Outcome } from "./check";

export const passed = (detail: string, subject?: string): Outcome =>
  outcome("passed", detail, subject);
export const failed = (detail: string, subject?: string): Outcome =>
  outcome("failed", detail, subject);
export const skipped = (detail: string, subject?: string): Outcome =>
  outcome("skipped", detail, subject);

function outcome(status: Outcome["status"], detail: string, subject?: string): Outcome {
  return { status, detail, ...(subject === undefined ? {} : { subject }) };
}
