import type { CheckResult } from "../check";

/** What every format shows. */
export interface Report {
  /** The registry's address, or the stack's name and it. */
  target: string;
  results: readonly CheckResult[];
}

export interface RenderOptions {
  /** Whether the text may hold colours. Default: false. */
  color?: boolean;
}

export type Render = (report: Report, options?: RenderOptions) => string;
