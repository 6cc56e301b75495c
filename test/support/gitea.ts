import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { freePort } from "./freePort";
import { LeashedProcess } from "./leashedProcess";

/** A comment, as its API has it. */
export interface GiteaComment {
  id: number;
  body: string;
  user: { id: number; login: string };
}

const admin = { name: "root-of-gitea", password: "admin-of-gitea" };

/** A real Gitea on loopback, whose API Forgejo has as well. It goes with its process; the folder is the caller's. */
export class Gitea {
  readonly #process: LeashedProcess;

  private constructor(
    readonly url: string,
    process: LeashedProcess,
  ) {
    this.#process = process;
  }

  static async start(command: string, folder: string): Promise<Gitea> {
    mkdirSync(folder, { recursive: true });
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const config = join(folder, "app.ini");
    const settings = [
      `RUN_USER = ${userInfo().username}`,
      "I_AM_BEING_UNSAFE_RUNNING_AS_ROOT = true",
      `WORK_PATH = ${folder}`,
      "[server]",
      "HTTP_ADDR = 127.0.0.1",
      `HTTP_PORT = ${port}`,
      `ROOT_URL = ${url}/`,
      "OFFLINE_MODE = true",
      "DISABLE_SSH = true",
      "[database]",
      "DB_TYPE = sqlite3",
      "[security]",
      "INSTALL_LOCK = true",
      `SECRET_KEY = ${"0".repeat(64)}`,
      "[indexer]",
      "ISSUE_INDEXER_TYPE = db",
      "[session]",
      "PROVIDER = memory",
      "[log]",
      "LEVEL = warn",
      "[cron]",
      "ENABLED = false",
    ];
    writeFileSync(config, settings.map((line) => `${line}\n`).join(""), { mode: 0o600 });
    const gitea = new Gitea(
      url,
      new LeashedProcess(command, ["web", "--config", config], { folder }),
    );
    await gitea.#answers();
    await promisify(execFile)(command, [
      ...["--config", config, "admin", "user", "create", "--admin", "--must-change-password=false"],
      ...["--username", admin.name, "--password", admin.password, "--email", "admin@test.test"],
    ]);
    return gitea;
  }

  stop(): Promise<void> {
    return this.#process.stop();
  }

  /** Makes a person. */
  async person(name: string): Promise<void> {
    const body = { username: name, password: `${name}-of-gitea`, email: `${name}@test.test` };
    await this.#asAdmin("POST", "/admin/users", { ...body, must_change_password: false });
  }

  /** A token of a person's, with scopes such as `write:issue`. */
  async token(name: string, ...scopes: string[]): Promise<string> {
    const basic = Buffer.from(`${name}:${name}-of-gitea`).toString("base64");
    const body = { name: scopes.join(" "), scopes };
    const made = await this.#ask(`Basic ${basic}`, "POST", `/users/${name}/tokens`, body);
    return (made as { sha1: string }).sha1;
  }

  /** Makes a repository of a person's, with a pull request of theirs; gives its number. */
  async pullRequest(owner: string, name: string): Promise<number> {
    const settings = { name, auto_init: true, default_branch: "main" };
    await this.#asAdmin("POST", `/admin/users/${owner}/repos`, settings);
    const file = { content: "eA==", message: "a change", branch: "main", new_branch: "change" };
    await this.#asAdmin("POST", `/repos/${owner}/${name}/contents/change.txt`, file);
    const opened = { title: "a change", head: "change", base: "main" };
    const made = await this.#asAdmin("POST", `/repos/${owner}/${name}/pulls`, opened);
    return (made as { number: number }).number;
  }

  /** @param where such as `owner/name/issues/1` */
  async comment(token: string, where: string, body: string): Promise<void> {
    await this.#ask(`token ${token}`, "POST", `/repos/${where}/comments`, { body });
  }

  async comments(where: string): Promise<GiteaComment[]> {
    return (await this.#asAdmin("GET", `/repos/${where}/comments`)) as GiteaComment[];
  }

  #asAdmin(method: string, path: string, body?: object): Promise<unknown> {
    const basic = Buffer.from(`${admin.name}:${admin.password}`).toString("base64");
    return this.#ask(`Basic ${basic}`, method, path, body);
  }

  async #ask(authorization: string, method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: { authorization, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === "" ? undefined : JSON.parse(text);
  }

  /** Its database is made at the first start. */
  async #answers(): Promise<void> {
    const end = Date.now() + 180_000;
    while (this.#process.runs && Date.now() < end) {
      const response = await fetch(`${this.url}/api/v1/version`).catch(() => undefined);
      if (response?.ok === true) return;
      await sleep(200);
    }
    await this.stop();
    throw new Error(`Gitea did not start:\n${this.#process.log.slice(-4000)}`);
  }
}
