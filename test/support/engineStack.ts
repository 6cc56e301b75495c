import type { PulumiFn, Stack } from "@pulumi/pulumi/automation";
import { openStack } from "../../src/local/deployment";
import { ensureEngine } from "../../src/local/engine";

/** A stack of a test's own, with what its steps say. */
export class EngineStack {
  private constructor(private readonly stack: Stack) {}

  static async open(name: string, program: PulumiFn, folder: string): Promise<EngineStack> {
    return new EngineStack(
      await openStack(name, program, folder, await ensureEngine(() => undefined)),
    );
  }

  /** Deploys all that can be, and gives the errors by the name of the resource. */
  async up(): Promise<Map<string, string>> {
    const errors = new Map<string, string>();
    let failure = "";
    await this.stack
      .up({
        continueOnError: true,
        parallel: 64,
        suppressOutputs: true,
        onEvent: ({ diagnosticEvent }) => {
          if (diagnosticEvent?.severity !== "error") return;
          const name = diagnosticEvent.urn?.split("::").at(-1) ?? "";
          errors.set(name, `${errors.get(name) ?? ""}${diagnosticEvent.message}\n`);
        },
      })
      .catch((error: unknown) => (failure = String(error)));
    if (failure !== "" && errors.size === 0) throw new Error(failure);
    return errors;
  }

  /** What a preview would change, as `update name`. */
  async preview(): Promise<string[]> {
    const steps: string[] = [];
    await this.stack.preview({
      onEvent: ({ resourcePreEvent }) => {
        const { op, urn = "" } = resourcePreEvent?.metadata ?? {};
        if (op !== undefined && op !== "same") steps.push(`${op} ${urn.split("::").at(-1) ?? ""}`);
      },
    });
    return steps.sort();
  }
}
