import { claudeCodeLogs } from "../dialects/claude-code/claude-code-logs.js";
import { codexLogs } from "../dialects/codex/codex-logs.js";
import { geminiCliLogs, qwenCodeLogs } from "../dialects/gemini-cli/gemini-cli-logs.js";
import { genAiLogs } from "../dialects/gen-ai/gen-ai-logs.js";
import type { LogDialect } from "./log-dialect.js";

/** The dialects of log records. No two have the same prefix, but for the last ones, whose names are used by several. */
export const LOG_DIALECTS: readonly LogDialect[] = [
  claudeCodeLogs,
  codexLogs,
  geminiCliLogs,
  qwenCodeLogs,
  genAiLogs,
];
