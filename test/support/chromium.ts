import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { pathToFileURL } from "node:url";
import { killTree } from "./killTree";

interface Message {
  id?: number;
  method?: string;
  params?: Record<string, unknown>;
  result?: Record<string, unknown>;
  error?: { message: string };
}

/** A page in a headless Chromium, steered by the DevTools protocol through a pipe: no port, no driver. */
export class Chromium {
  /** What the browser told, such as `Network.requestWillBeSent`, by name. */
  readonly events: Message[] = [];
  readonly #folder = mkdtempSync(join(tmpdir(), "zot-fleet-chromium-"));
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (message: Message) => void>();
  #session: string | undefined;
  #last = 0;
  #rest = "";

  constructor(path: string) {
    this.#child = spawn(
      path,
      [
        ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
        ...["--no-first-run", "--disable-background-networking", "--hide-scrollbars"],
        ...[`--user-data-dir=${this.#folder}`, "--remote-debugging-pipe", "about:blank"],
      ],
      { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] },
    );
    const output = this.#child.stdio[4] as Readable;
    output.setEncoding("utf8").on("data", (text: string) => {
      const messages = (this.#rest + text).split("\0");
      this.#rest = messages.pop() ?? "";
      for (const message of messages) this.#take(JSON.parse(message) as Message);
    });
  }

  /** Opens a tab of its own, which listens to what a page asks for and complains of. */
  async begin(): Promise<void> {
    const { targetId } = await this.send("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await this.send("Target.attachToTarget", { targetId, flatten: true });
    this.#session = String(sessionId);
    for (const domain of ["Page", "Network", "Log", "Runtime"]) await this.send(`${domain}.enable`);
  }

  /** Shows a file, and waits until it is there. */
  async open(path: string): Promise<void> {
    this.events.length = 0;
    await this.send("Page.navigate", { url: pathToFileURL(path).href });
    while (!this.events.some(({ method }) => method === "Page.loadEventFired"))
      await new Promise((done) => setTimeout(done, 20));
  }

  /** What an expression comes to in the page, as JSON carries it. */
  async evaluate<T>(expression: string): Promise<T> {
    const { result, exceptionDetails } = await this.send("Runtime.evaluate", {
      expression,
      returnByValue: true,
      awaitPromise: true,
    });
    if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
    return (result as { value: T }).value;
  }

  /** Presses a key, as a person does. */
  async press(key: "Tab" | "Enter"): Promise<void> {
    const code = key === "Tab" ? 9 : 13;
    const one = { key, code: key, windowsVirtualKeyCode: code };
    const text = key === "Enter" ? { text: "\r" } : {};
    await this.send("Input.dispatchKeyEvent", { type: "keyDown", ...one, ...text });
    await this.send("Input.dispatchKeyEvent", { type: "keyUp", ...one });
  }

  async send(method: string, params: object = {}): Promise<Record<string, unknown>> {
    const id = ++this.#last;
    const session = this.#session === undefined ? {} : { sessionId: this.#session };
    const answer = new Promise<Message>((done) => this.#waiting.set(id, done));
    const input = this.#child.stdio[3] as Writable;
    input.write(`${JSON.stringify({ id, method, params, ...session })}\0`);
    const { result = {}, error } = await answer;
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result;
  }

  async stop(): Promise<void> {
    const exit = new Promise((done) => this.#child.once("exit", done));
    if (this.#child.pid !== undefined) killTree(this.#child.pid);
    await exit;
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  #take(message: Message): void {
    if (message.id === undefined) this.events.push(message);
    else this.#waiting.get(message.id)?.(message);
  }
}
