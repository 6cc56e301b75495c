import { text } from "node:stream/consumers";
import { seed, type SeedInputs } from "../../src/resources/seed";

/** Seeds what standard input describes, as the process that runs dynamic providers would; to be killed meanwhile. */
async function main(): Promise<void> {
  const inputs = JSON.parse(await text(process.stdin)) as SeedInputs;
  const { outs } = await seed.provider.create(inputs);
  if (outs.problem !== undefined) throw new Error(outs.problem);
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
