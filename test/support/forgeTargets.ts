import type { Target } from "../../src/keys/delivery/allTargetKinds";

/** A target whose names hold the cluster `ottawa-1`. */
export const forgejo = (change: object = {}): Target => ({
  to: "forgejo",
  url: "https://git.killinit.cc",
  repository: "team/app",
  type: "login",
  usernameSecret: "ZOT_OTTAWA_1_USERNAME",
  keySecret: "ZOT_OTTAWA_1_API_KEY",
  configSecret: "ZOT_DOCKER_CONFIG",
  ...change,
});

/** Names that every stack would use. */
export const usual = { usernameSecret: "ZOT_USERNAME", keySecret: "ZOT_API_KEY" };
