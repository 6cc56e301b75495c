/**
 * Why Pulumi's command failed: its last line `error: …`, else the last that it wrote to standard error. The Automation API puts
 * all output into one message.
 */
export function pulumiError({ message }: Error): string {
  const [, stderr = message] = /^ stderr: ([^]*?)\n err\?:/m.exec(message) ?? [];
  const lines = stderr.trim().split("\n");
  const last = lines.findLast((line) => line.startsWith("error: ")) ?? lines.at(-1) ?? "";
  return last.replace(/^error: /, "") || "it ended without a reason";
}
