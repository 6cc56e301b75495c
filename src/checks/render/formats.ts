import { json } from "./json";
import { junit } from "./junit";
import { markdown } from "./markdown";
import { table } from "./table";

/** How results can be told, by the names that `-o` takes. */
export const formats = { table, json, junit, markdown };

export type Format = keyof typeof formats;
