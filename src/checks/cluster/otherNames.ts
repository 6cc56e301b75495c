import { RegistryClient } from "../../registry/client";
import type { Finding } from "../check";
import { late, passed, skipped, tell } from "../outcomes";
import type { ClusterCheck } from "./expectations";

/** No password goes there: a name that was given up may lead to somebody else by now. */
export const otherNames: ClusterCheck = ({ host, aliases = [] }) => ({
  code: "ZF506",
  title: "the registry's other names lead to it",
  hint: "Keep the name's DNS record, and a listener with a certificate for it, for as long as zot-fleet:cluster.aliases has it; take it out there when nobody names it any longer.",
  lag: 60_000,
  async run({ address }) {
    const url = new URL(address.url);
    if (url.host !== host) return skipped("the way from here does not lead through a gateway");
    const looked = await Promise.all(
      aliases.map((alias) =>
        tell(async (): Promise<Finding> => {
          const client = new RegistryClient({ ...address, url: `${url.protocol}//${alias}` });
          try {
            const { status } = await client.request({ method: "GET", path: "/v2/" });
            const words = `/v2/ answers ${status}`;
            return status === 200 || status === 401
              ? passed(words, alias)
              : late(`${words}, which no registry does`, alias);
          } finally {
            await client.close();
          }
        }, alias),
      ),
    );
    return looked.flat();
  },
});
