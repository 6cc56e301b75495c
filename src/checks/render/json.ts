import { countResults } from "../outcomes";
import type { Render } from "./report";
import { needsHint } from "./table";

/** For programs: `{target, counts, results}`; each result as it is, with a hint where something is to be done. */
export const json: Render = ({ target, results }) =>
  `${JSON.stringify(
    {
      target,
      counts: countResults(results),
      results: results.map(({ hint, ...result }) =>
        needsHint(result.status) ? { ...result, hint } : result,
      ),
    },
    null,
    2,
  )}\n`;
