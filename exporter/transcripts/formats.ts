import { claudeCodeTranscripts } from "./claude-code.js";
import { codexTranscripts } from "./codex.js";
import { copilotCliTranscripts } from "./copilot-cli.js";
import { geminiCliTranscripts } from "./gemini-cli.js";
import { openCodeTranscripts } from "./opencode.js";
import { piTranscripts } from "./pi.js";
import type { TranscriptFormat } from "./transcript-format.js";

/** Every form of transcript that is read. */
export const TRANSCRIPT_FORMATS: readonly TranscriptFormat[] = [
  claudeCodeTranscripts,
  codexTranscripts,
  copilotCliTranscripts,
  geminiCliTranscripts,
  openCodeTranscripts,
  piTranscripts,
];
