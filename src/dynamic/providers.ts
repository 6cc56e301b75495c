import { accountProvider } from "./accountProvider";
import { seedProvider } from "./seedProvider";
import { verificationProvider } from "./verificationProvider";

/** The dynamic providers by the names that states hold: a name given out once keeps its meaning. */
export const providers = {
  account: accountProvider,
  seed: seedProvider,
  verification: verificationProvider,
};
