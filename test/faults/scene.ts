import { chmodSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { writeDemoArchive } from "../../src/images/archives/demoArchive";
import { requireTool } from "../../src/system/tools";
import { AlteringWay } from "../support/alteringWay";
import { Toxiproxy, type BadWay } from "../support/toxiproxy";
import type { Scene } from "./fault";

/** A scene that can be mended. */
export interface OpenScene extends Scene {
  mend: () => Promise<void>;
}

/** Where faults of one suite happen: ways to its registry, and a skopeo that does what it is told before it does its work. */
export class Stage {
  readonly #rules: string;
  readonly #path = process.env["PATH"] ?? "";
  readonly #ways: AlteringWay[] = [];

  private constructor(
    readonly folder: string,
    private readonly network: Toxiproxy,
  ) {
    this.#rules = join(folder, "rules");
    const bin = join(folder, "bin");
    for (const each of [bin, this.#rules]) mkdirSync(each, { recursive: true });
    const script = `#!/bin/sh\nreal='${requireTool("skopeo")}'\nfor rule in '${this.#rules}'/*; do [ -f "$rule" ] && . "$rule"; done\nexec "$real" "$@"\n`;
    writeFileSync(join(bin, "skopeo"), script);
    chmodSync(join(bin, "skopeo"), 0o755);
    process.env["PATH"] = [bin, this.#path].join(delimiter);
  }

  static async open(folder: string): Promise<Stage> {
    return new Stage(folder, await Toxiproxy.started());
  }

  /** @param repository what skopeo is called for where this scene's rules hold; no other scene may have it */
  async scene(url: string, repository: string, archive: string): Promise<OpenScene> {
    const answers = await AlteringWay.to(url);
    this.#ways.push(answers);
    const network: BadWay = await this.network.wayTo(answers.url);
    const prefix = `${repository.replaceAll("/", "-")}.`;
    return {
      ...{ url, network, answers, archive },
      writeOther: (path) =>
        writeDemoArchive(path, { platform: "linux/amd64", repoTag: "another/image:1" }),
      beforeSkopeo: (line) => {
        const rule = `case "$*" in *"/${repository}:"*) ${line};; esac\n`;
        writeFileSync(join(this.#rules, `${prefix}sh`), rule);
      },
      mend: async () => {
        answers.alteration = {};
        for (const name of readdirSync(this.#rules))
          if (name.startsWith(prefix)) rmSync(join(this.#rules, name));
        await network.mend();
      },
    };
  }

  async close(): Promise<void> {
    process.env["PATH"] = this.#path;
    await this.network.stop();
    for (const way of this.#ways) way.close();
  }
}
