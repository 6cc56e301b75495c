import type { Command } from "commander";
import { doctorCommand } from "./doctor";
import { initCommand } from "./init/command";
import { explainCommand } from "./explain";
import { inspectCommand } from "./inspect";
import { localCommand } from "./local";
import { lockCommand } from "./lock";
import { mirrorsCommand } from "./mirrors";
import { previewReportCommand } from "./previewReport";
import { promoteCommand } from "./promote";
import { retentionCommand } from "./retention";
import { statusCommand } from "./status";
import { verifyCommand } from "./verify";

/** Every command, in the order in which `--help` lists them. */
export const commands = (): Command[] => [
  initCommand(),
  verifyCommand(),
  statusCommand(),
  doctorCommand(),
  inspectCommand(),
  explainCommand(),
  lockCommand(),
  promoteCommand(),
  mirrorsCommand(),
  retentionCommand(),
  previewReportCommand(),
  localCommand(),
];
