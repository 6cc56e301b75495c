import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "./freePort";
import { LeashedProcess } from "./leashedProcess";

/** A result of an instant query: labels, and the value as text. */
interface Sample {
  metric: Record<string, string>;
  value: [number, string];
}

interface Target {
  labels: Record<string, string>;
  health: "up" | "down" | "unknown";
  lastError: string;
}

/** A real Prometheus with a config and a rule file of its own: `stop()` it in `after`. */
export class Prometheus {
  private constructor(
    private readonly url: string,
    private readonly folder: string,
    private readonly running: LeashedProcess,
  ) {}

  static async start(
    command: string,
    config: object,
    rules: object = { groups: [] },
  ): Promise<Prometheus> {
    const folder = mkdtempSync(join(tmpdir(), "zot-fleet-prometheus-"));
    // JSON is YAML.
    writeFileSync(
      join(folder, "prometheus.yml"),
      JSON.stringify({ ...config, rule_files: ["rules.yml"] }),
    );
    writeFileSync(join(folder, "rules.yml"), JSON.stringify(rules));
    const address = `127.0.0.1:${await freePort()}`;
    const running = new LeashedProcess(
      command,
      [
        "--config.file=prometheus.yml",
        "--storage.tsdb.path=data",
        `--web.listen-address=${address}`,
      ],
      { folder },
    );
    await running.logged(/(ready to receive web requests)/);
    return new Prometheus(`http://${address}`, folder, running);
  }

  async query(expression: string): Promise<Sample[]> {
    const { result } = await this.#ask<{ result: Sample[] }>("query", { query: expression });
    return result;
  }

  /** What it scrapes, once it has tried all of it. */
  async targets(): Promise<Target[]> {
    return until(async () => {
      const { activeTargets } = await this.#ask<{ activeTargets: Target[] }>("targets");
      const tried = activeTargets.filter(({ health }) => health !== "unknown");
      return tried.length > 0 && tried.length === activeTargets.length ? tried : undefined;
    });
  }

  /** The alerts whose expression holds, told of or not yet. */
  async alerts(): Promise<string[]> {
    const { alerts } = await this.#ask<{ alerts: { labels: { alertname: string } }[] }>("alerts");
    return alerts.map(({ labels }) => labels.alertname).sort();
  }

  async #ask<T>(what: string, parameters: Record<string, string> = {}): Promise<T> {
    const query = new URLSearchParams(parameters).toString();
    const answer = await fetch(`${this.url}/api/v1/${what}?${query}`);
    const body = (await answer.json()) as { status: string; data: T; error?: string };
    if (body.status !== "success") throw new Error(`${what} ${query}: ${body.error ?? ""}`);
    return body.data;
  }

  async stop(): Promise<void> {
    await this.running.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** What `look` finds, once it finds something. */
export async function until<T>(look: () => Promise<T | undefined>, seconds = 30): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`nothing was found within ${seconds} s`);
    await sleep(250);
  }
}
