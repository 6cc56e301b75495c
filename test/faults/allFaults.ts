import { answerFaults } from "./answerFaults";
import type { Fault } from "./fault";
import { networkFaults } from "./networkFaults";

/** Everything that goes wrong. */
export const faults: readonly Fault[] = [...networkFaults, ...answerFaults];
