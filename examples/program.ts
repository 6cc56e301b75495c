import { Accounts, ClusterBinding, Proof, ZotRegistry } from "zot-fleet";

const context = "ottawa";
const binding = new ClusterBinding("cluster", { cluster: "ottawa", context });
const bound = { dependsOn: [binding.guard], providers: [binding.provider] };
const { all } = new Accounts("accounts", { rotation: 1 }, bound);
const zot = new ZotRegistry(
  "zot",
  {
    host: "oci.killinit.cc",
    gateways: [{ name: "private" }],
    accounts: all.map(({ username, role, account }) => ({ username, role, entry: account.entry })),
  },
  bound,
);
const endpoint = {
  via: "port-forward",
  context,
  namespace: "zot",
  service: "zot",
  port: 5000,
} as const;
const accounts = all.map(({ username, role, account }) => ({
  username,
  role,
  password: account.plainPassword,
}));
new Proof("proof", { endpoint, accounts }, { dependsOn: [zot] });
