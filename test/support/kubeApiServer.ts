import { execFile } from "node:child_process";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import type { Context } from "mocha";
import { freePort } from "./freePort";
import { LeashedProcess } from "./leashedProcess";
import { skipWithout } from "./skip";

const run = promisify(execFile);
const startupMs = 120_000;

/** Who asks: `admin` may everything, `restricted` what roles give it. */
type User = "admin" | "restricted";

/** A request as the API server wrote it down (audit.k8s.io/v1, Event). */
export interface Audited {
  verb: string;
  user: { username: string };
  requestURI: string;
  objectRef?: {
    apiGroup?: string;
    resource: string;
    subresource?: string;
    namespace?: string;
  };
}

/**
 * Kubernetes' own API server over an etcd, with RBAC and nothing behind it: no controller, no node. Objects stay as they are written.
 */
export class KubeApiServer {
  readonly context = "ottawa";
  readonly #tokens: Record<User, string>;

  private constructor(
    readonly folder: string,
    readonly port: number,
    tokens: Record<User, string>,
    private readonly processes: readonly LeashedProcess[],
  ) {
    this.#tokens = tokens;
  }

  /** Starts one; skips by name where a program is missing. */
  static async started(context: Context): Promise<KubeApiServer> {
    for (const tool of ["etcd", "kube-apiserver", "kubectl"]) skipWithout(tool, context);
    const folder = mkdtempSync(join(tmpdir(), "zot-fleet-kube-"));
    const [clients, peers, port] = [await freePort(), await freePort(), await freePort()];
    const file = (name: string, text: string) => {
      writeFileSync(join(folder, name), text, { mode: 0o600 });
      return join(folder, name);
    };
    const tokens = { admin: randomToken(), restricted: randomToken() };
    const key = file("service-accounts.key", signingKey());
    const etcd = new LeashedProcess(
      "etcd",
      [
        ...["--data-dir", join(folder, "etcd"), "--unsafe-no-fsync"],
        ...["--listen-client-urls", `http://127.0.0.1:${clients}`],
        ...["--advertise-client-urls", `http://127.0.0.1:${clients}`],
        ...["--listen-peer-urls", `http://127.0.0.1:${peers}`],
        ...["--initial-advertise-peer-urls", `http://127.0.0.1:${peers}`],
        ...["--initial-cluster", `default=http://127.0.0.1:${peers}`],
      ],
      { folder },
    );
    const api = new LeashedProcess(
      "kube-apiserver",
      [
        ...["--etcd-servers", `http://127.0.0.1:${clients}`],
        ...["--bind-address", "127.0.0.1", "--secure-port", String(port)],
        ...["--cert-dir", join(folder, "certs"), "--authorization-mode", "RBAC"],
        ...["--service-cluster-ip-range", "10.0.0.0/24"],
        ...["--service-account-issuer", "https://kubernetes.default.svc"],
        ...["--service-account-key-file", key, "--service-account-signing-key-file", key],
        ...[
          "--token-auth-file",
          file(
            "tokens.csv",
            `${tokens.admin},admin,1,system:masters\n${tokens.restricted},restricted,2\n`,
          ),
        ],
        // Nobody makes service accounts' tokens here, and no pod is ever made.
        "--disable-admission-plugins=ServiceAccount",
        ...["--audit-log-path", join(folder, "audit.log")],
        ...[
          "--audit-policy-file",
          file(
            "audit.json",
            JSON.stringify({
              apiVersion: "audit.k8s.io/v1",
              kind: "Policy",
              omitStages: ["RequestReceived"],
              rules: [{ level: "Metadata" }],
            }),
          ),
        ],
      ],
      { folder },
    );
    const server = new KubeApiServer(folder, port, tokens, [etcd, api]);
    await server.#ready(api);
    return server;
  }

  async #ready(api: LeashedProcess): Promise<void> {
    const end = Date.now() + startupMs;
    for (;;) {
      const ready = await this.kubectl("get", "--raw", "/readyz").catch(() => "");
      if (ready === "ok") return;
      if (Date.now() > end || !api.runs) {
        const { log } = api;
        await this.stop();
        throw new Error(`the API server did not start:\n${log.slice(-4000)}`);
      }
      await sleep(500);
    }
  }

  /** The path of a kubeconfig whose one context is that user's. */
  kubeconfig(user: User = "admin"): string {
    const path = join(this.folder, `${user}.kubeconfig`);
    const server = `https://127.0.0.1:${this.port}`;
    const name = this.context;
    const config = {
      apiVersion: "v1",
      kind: "Config",
      "current-context": name,
      contexts: [{ name, context: { cluster: name, user } }],
      clusters: [{ name, cluster: { server, "insecure-skip-tls-verify": true } }],
      users: [{ name: user, user: { token: this.#tokens[user] } }],
    };
    writeFileSync(path, JSON.stringify(config), { mode: 0o600 });
    return path;
  }

  async kubectl(...args: string[]): Promise<string> {
    const all = ["--kubeconfig", this.kubeconfig(), ...args];
    return (await run("kubectl", all, { maxBuffer: 16 << 20 })).stdout.trim();
  }

  /** Makes objects as they are written, or changes them. */
  async apply(...objects: object[]): Promise<void> {
    const file = join(this.folder, "objects.json");
    writeFileSync(file, JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }));
    await this.kubectl("apply", "--server-side", "--force-conflicts", "-f", file);
  }

  /** What a user asked for so far. */
  asked(user: User): Audited[] {
    return readFileSync(join(this.folder, "audit.log"), "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Audited)
      .filter(({ user: { username } }) => username === user);
  }

  async stop(): Promise<void> {
    for (const each of [...this.processes].reverse()) await each.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const randomToken = () => randomBytes(24).toString("hex");

const signingKey = () =>
  generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  }).privateKey;
