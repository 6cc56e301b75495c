import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The shell commands below a heading of a page in docs/, in their order, as they stand there, without their list's indentation. */
export function pageCommands(page: string, heading: string): string[] {
  const text = readFileSync(join(__dirname, "../../docs", page), "utf8");
  const [, section = ""] =
    new RegExp(`^## ${heading}$([^]*?)(?=^## |(?![^]))`, "m").exec(text) ?? [];
  return [...section.matchAll(/^( *)(?:\d+\. )?```sh\n([^]*?)\n *```$/gm)].map(([, , block = ""]) =>
    block.replaceAll(/^ {3}/gm, ""),
  );
}
