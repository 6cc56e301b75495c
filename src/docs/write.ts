import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { generatedFiles } from "./pages";

// `npm run docs`: the reference pages, and the schema that stack files name in their first line.
void generatedFiles().then((files) => {
  for (const [path, text] of files) {
    const target = resolve(__dirname, "../..", path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
  }
});
