import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { schemaText } from "./jsonSchema";

// `npm run schema`: stack files name it in their first line, so that editors check them.
writeFileSync(resolve(__dirname, "../../stacks/schema.json"), schemaText());
