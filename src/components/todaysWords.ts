import * as pulumi from "@pulumi/pulumi";
import { inTodaysWords } from "../config/todaysWords";

/** Arguments of a program under the keys of a stack file, in today's words; it is warned of each old one. */
export function todaysWords<Args extends object>(args: Args): Args {
  const { raw, warnings } = inTodaysWords(args as Record<string, unknown>);
  warnings.forEach(warn);
  return raw as Args;
}

/** Where Pulumi tells warnings. */
export const warn = (warning: string): void => void pulumi.log.warn(warning);
