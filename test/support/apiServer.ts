import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ApiServer } from "./standIn/api";
import { writeKubeconfig } from "./standIn/wayIn";

/** A cluster without controllers behind the context `ottawa`, for each test of one `describe`. */
export function useApiServer(): () => ApiServer {
  let api: ApiServer;
  let folder: string;
  const { KUBECONFIG: own } = process.env;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "zot-fleet-api-"));
    api = new ApiServer(join(folder, "objects.json"));
    await api.listen();
    const path = join(folder, "kubeconfig");
    writeKubeconfig(path, "ottawa", api.url);
    process.env["KUBECONFIG"] = path;
  });
  afterEach(async () => {
    if (own === undefined) delete process.env["KUBECONFIG"];
    else process.env["KUBECONFIG"] = own;
    await api.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return () => api;
}
