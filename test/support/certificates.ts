import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { requireTool } from "../../src/system/tools";

/** A key and a self-signed certificate for it, both PEM, for `names` like `DNS:localhost` or `IP:127.0.0.1`. Needs openssl. */
export function selfSigned(names: string[], days = 2): { key: string; cert: string } {
  const folder = mkdtempSync(join(tmpdir(), "zot-fleet-certificate-"));
  const [key, cert] = [join(folder, "key"), join(folder, "cert")];
  try {
    execFileSync(
      requireTool("openssl"),
      [
        ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"],
        ...["-subj", "/CN=test", "-addext", `subjectAltName=${names.join(",")}`],
        ...["-days", String(days), "-keyout", key, "-out", cert],
      ],
      { stdio: "pipe" },
    );
    return { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
