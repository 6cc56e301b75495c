import { jsonText, type Format } from "../../../render/format";
import { userAgent } from "../../../system/version";
import type { FleetStatus } from "../fleetStatus";
import { markdown } from "./markdown";
import { html } from "./page/page";
import { table } from "./table";

/** For programs: the shape is `FleetStatus`, and `version` counts what is not compatible. */
const json: Format<FleetStatus> = (fleet) =>
  jsonText({ version: 1, writtenBy: userAgent, ...fleet });

/** How the fleet can be told, by the names that `-o` takes. */
export const fleetFormats = { table, json, markdown, html };
