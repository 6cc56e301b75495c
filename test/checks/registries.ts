import type { ExpectedAccount } from "../../src/checks/expectations";
import { startDistribution, startZot } from "../support/registry";

export const users = { ada: "ada-password", robin: "robin-password", ci: "ci-password" };
/** What each account of `users` may do where the registry has roles. */
export const accounts: ExpectedAccount[] = [
  { username: "ada", password: users.ada, role: "admin" },
  { username: "ci", password: users.ci, role: "ci" },
  { username: "robin", password: users.robin, role: "puller" },
];
const startZotWithRoles = () =>
  startZot({
    users,
    config: {
      extensions: { metrics: { enable: true, prometheus: { path: "/metrics" } } },
      http: {
        accessControl: {
          repositories: {
            "**": {
              policies: [
                { users: ["robin"], actions: ["read"] },
                { users: ["ci"], actions: ["read", "create"] },
              ],
              defaultPolicy: [],
            },
          },
          adminPolicy: { users: ["ada"], actions: ["read", "create", "update", "delete"] },
          metrics: { users: ["ada"] },
        },
      },
    },
  });

/** Both registries: with `users`, and open to everybody. */
export const registries = [
  { tool: "docker-registry", start: () => startDistribution({ users }), open: startDistribution },
  { tool: "zot", start: startZotWithRoles, open: startZot },
];
