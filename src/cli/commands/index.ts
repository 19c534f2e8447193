import type { Command } from "../framework/command.js";
import { alertsCommand } from "./alerts.js";
import { auditCommand } from "./audit.js";
import { completionCommand } from "./completion.js";
import { consumeCommand } from "./consume.js";
import { demoCommand } from "./demo.js";
import { devCommand } from "./dev.js";
import { diffCommand } from "./diff.js";
import { dlqCommand } from "./dlq.js";
import { doctorCommand } from "./doctor.js";
import { effectsCommand } from "./effects.js";
import { eraseCommand } from "./erase.js";
import { expectCommand } from "./expect.js";
import { exportCommand } from "./export.js";
import { growthCommand } from "./growth.js";
import { historyCommand } from "./history.js";
import { holdCommand } from "./hold.js";
import { hookCommand } from "./hook.js";
import { importCommand } from "./import.js";
import { labelCommand } from "./label.js";
import {
  actionsCommand,
  decisionsCommand,
  errorsCommand,
  filesCommand,
  runsCommand,
  sessionsCommand,
  statsCommand,
} from "./lists.js";
import { mapCommand } from "./map.js";
import { mcpCommand } from "./mcp.js";
import { migrateCommand } from "./migrate.js";
import { loopsCommand, noticesCommand } from "./notices.js";
import { originCommand } from "./origin.js";
import { replayCommand } from "./replay.js";
import { reportCommand } from "./report.js";
import { retainCommand } from "./retain.js";
import { setupCommand } from "./setup.js";
import { showCommand } from "./show.js";
import { spoolCommand } from "./spool.js";
import { tailCommand } from "./tail.js";
import { tokenCommand } from "./token.js";
import { topicsCommand } from "./topics.js";
import { verifyCommand } from "./verify.js";

/** Every command, in the order in which the help shows them. */
export const COMMANDS: readonly Command[] = [
  devCommand,
  demoCommand,
  consumeCommand,
  migrateCommand,
  topicsCommand,
  tailCommand,
  runsCommand,
  showCommand,
  actionsCommand,
  statsCommand,
  decisionsCommand,
  filesCommand,
  sessionsCommand,
  errorsCommand,
  noticesCommand,
  loopsCommand,
  alertsCommand,
  reportCommand,
  historyCommand,
  diffCommand,
  expectCommand,
  replayCommand,
  exportCommand,
  effectsCommand,
  originCommand,
  labelCommand,
  doctorCommand,
  verifyCommand,
  auditCommand,
  dlqCommand,
  mapCommand,
  importCommand,
  eraseCommand,
  holdCommand,
  retainCommand,
  growthCommand,
  setupCommand,
  mcpCommand,
  hookCommand,
  spoolCommand,
  tokenCommand,
  completionCommand,
];
