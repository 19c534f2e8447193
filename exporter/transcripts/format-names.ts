/** Coding agents whose transcripts are read. What a command line offers loads no reader. */
export const TRANSCRIPT_FORMAT_NAMES = [
  "claude-code",
  "codex",
  "copilot-cli",
  "gemini-cli",
  "opencode",
  "pi",
] as const;

export type TranscriptFormatName = (typeof TRANSCRIPT_FORMAT_NAMES)[number];
