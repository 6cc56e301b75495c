import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface TestCertificate {
  key: string;
  /** Self-signed: it is its own CA. */
  cert: string;
}

export interface CertificateOptions {
  /** As openssl writes a subjectAltName. Default: `IP:127.0.0.1`. */
  names?: string;
  /** Days from now. Default: -1. */
  from?: number;
  /** Days from now. Default: 365. */
  to?: number;
}

/** A certificate of the openssl on PATH; skip without it first. */
export function makeCertificate(options: CertificateOptions = {}): TestCertificate {
  const { names = "IP:127.0.0.1", from = -1, to = 365 } = options;
  const folder = mkdtempSync(join(tmpdir(), "zot-fleet-certificate-"));
  const openssl = (...args: string[]) =>
    execFileSync("openssl", args, { cwd: folder, stdio: "pipe" });
  try {
    writeFileSync(join(folder, "ca.cnf"), configuration(names));
    writeFileSync(join(folder, "index.txt"), "");
    const subject = ["-subj", "/CN=zot-fleet test"];
    const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    openssl("req", "-new", ...key, "-keyout", "key.pem", "-out", "request.pem", ...subject);
    const dates = ["-startdate", opensslDate(from), "-enddate", opensslDate(to)];
    const files = ["-in", "request.pem", "-keyfile", "key.pem", "-out", "cert.pem"];
    openssl("ca", "-batch", "-selfsign", "-notext", "-config", "ca.cnf", ...files, ...dates);
    const read = (name: string) => readFileSync(join(folder, name), "utf8");
    return { key: read("key.pem"), cert: read("cert.pem") };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** openssl req cannot set the dates before 3.4; `openssl ca` always could. */
function configuration(names: string): string {
  return [
    "[ca]\ndefault_ca = own",
    "[own]\ndatabase = index.txt\nnew_certs_dir = .\nrand_serial = yes\ndefault_md = sha256",
    "policy = any\nx509_extensions = leaf\n[any]\ncommonName = supplied",
    `[leaf]\nsubjectAltName = ${names}\nbasicConstraints = CA:TRUE\n`,
  ].join("\n");
}

function opensslDate(days: number): string {
  const date = new Date(Date.now() + days * 86_400_000).toISOString();
  return date.replace(/[-:T]|\.\d+/g, "");
}
