import { existsSync, readFileSync } from "node:fs";
import type { EngineEvent } from "@pulumi/pulumi/automation";

/** One resource's operation, as the engine tells it. */
export interface Step {
  /** `create`, `update`, `replace`, `create-replacement`, `delete-replaced`, `delete`, `read`, `same`, … */
  op: string;
  type: string;
  name: string;
  /** The paths that differ, with what becomes of them. */
  diffs: string[];
}

/** Operations that change nothing. */
const quiet = new Set(["same", "read", "refresh", "read-replacement", "read-discard"]);

/** The last line may be half written. */
export function eventsIn(log: string): EngineEvent[] {
  if (!existsSync(log)) return [];
  return readFileSync(log, "utf8")
    .split("\n")
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as EngineEvent];
      } catch {
        return [];
      }
    });
}

export function stepsIn(events: readonly EngineEvent[], changesOnly: boolean): Step[] {
  return events.flatMap(({ resourcePreEvent }) => {
    if (resourcePreEvent === undefined) return [];
    const { op, urn, type, detailedDiff, diffs } = resourcePreEvent.metadata;
    if (changesOnly && quiet.has(op)) return [];
    const told = Object.entries(detailedDiff ?? {}).map(
      ([path, { diffKind }]) => `${diffKind} ${path}`,
    );
    return [
      {
        op,
        type,
        name: urn.split("::").at(-1) ?? "",
        diffs: told.length > 0 ? told : (diffs ?? []),
      },
    ];
  });
}
