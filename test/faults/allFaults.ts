import { answerFaults } from "./answerFaults";
import type { Fault } from "./fault";
import { networkFaults } from "./networkFaults";
import { placeFaults } from "./placeFaults";
import { skopeoFaults } from "./skopeoFaults";

/** Everything that goes wrong. */
export const faults: readonly Fault[] = [
  ...networkFaults,
  ...answerFaults,
  ...skopeoFaults,
  ...placeFaults,
];
