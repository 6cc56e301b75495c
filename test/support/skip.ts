import { Hook, Test, type Context } from "mocha";
import { findTool } from "../../src/system/tools";

/**
 * Skips what is running, a test or (in a `before`) its whole suite, where a tool is not on PATH; gives the tool's path
 * otherwise. The reporter prints the reason beside the names.
 */
export function skipWithout(tool: string, context: Context): string {
  return findTool(tool) ?? skipBecause(`${tool} is not on PATH`, context);
}

/** Skips what is running, for a reason that the reporter prints. */
export function skipBecause(reason: string, context: Context): never {
  const { test } = context;
  // In a hook, `test` is the hook; what it skips is the suite around it.
  if (test instanceof Hook && test.parent) {
    Object.assign(test.parent, { skipReason: reason });
    test.parent.eachTest((each) => {
      note(each, reason);
    });
  } else if (test instanceof Test) note(test, reason);
  return context.skip();
}

/** Whether the suite of a hook was skipped: then it began nothing that its end has to take away. */
export function isSkipped({ test }: Context): boolean {
  return test?.parent !== undefined && "skipReason" in test.parent;
}

/** The reason travels with the test, also from a worker of `mocha --parallel`, which sends what `serialize` gives. */
function note(test: Test, reason: string): void {
  const serialize = () => ({ ...Test.prototype.serialize.call(test), skipReason: reason });
  Object.assign(test, { skipReason: reason, serialize });
}

declare module "mocha" {
  interface Test {
    serialize: () => object;
  }
}
