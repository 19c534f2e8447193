import { readClaudeCode, readCodex } from "./claude-code.js";
import { readCopilotCli } from "./copilot-cli.js";
import { readCursor } from "./cursor.js";
import { readGeminiCli } from "./gemini-cli.js";
import type { ReadPayload } from "./hook-event.js";
import { readQwenCode } from "./qwen-code.js";

/** The agents whose hooks are read. */
export const HOOK_AGENTS = {
  "claude-code": readClaudeCode,
  codex: readCodex,
  cursor: readCursor,
  "gemini-cli": readGeminiCli,
  "qwen-code": readQwenCode,
  "copilot-cli": readCopilotCli,
} as const satisfies Readonly<Record<string, ReadPayload>>;

export type HookAgent = keyof typeof HOOK_AGENTS;

export const isHookAgent = (name: string | undefined): name is HookAgent =>
  name !== undefined && Object.hasOwn(HOOK_AGENTS, name);
