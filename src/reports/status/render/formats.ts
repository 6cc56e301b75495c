import type { FleetStatus } from "../fleetStatus";
import { markdown } from "./markdown";
import { table } from "./table";

export type Render = (fleet: FleetStatus, options?: { color?: boolean }) => string;

/** For programs: the shape is `FleetStatus`, and `version` counts what is not compatible. */
const json: Render = (fleet) => `${JSON.stringify({ version: 1, ...fleet }, null, 2)}\n`;

/** How the fleet can be told, by the names that `-o` takes. */
export const fleetFormats = { table, json, markdown };
