import { agentActionsDialect } from "./agent-actions.js";
import { anyAgentDialect } from "./any-agent.js";
import { azureAiDialect } from "./azure-ai.js";
import { claudeCodeDialect } from "./claude-code/claude-code.js";
import { copilotCliDialect } from "./copilot-cli/copilot-cli.js";
import type { Dialect } from "./dialect.js";
import { genAiDialect } from "./gen-ai/gen-ai.js";
import { genkitDialect } from "./genkit.js";
import { googleAdkDialect } from "./google-adk/google-adk.js";
import { haystackDialect } from "./haystack.js";
import { langfuseDialect } from "./langfuse/langfuse.js";
import { langSmithDialect } from "./langsmith/langsmith.js";
import { logfireDialect } from "./logfire.js";
import { mastraDialect } from "./mastra/mastra.js";
import { mcpDialect } from "./mcp.js";
import { monocleDialect } from "./monocle/monocle.js";
import { openCodeDialect } from "./opencode/opencode.js";
import { openInferenceDialect } from "./openinference/openinference.js";
import { sentryDialect } from "./sentry/sentry.js";
import { traceloopDialect } from "./traceloop/traceloop.js";
import { vercelAiDialect } from "./vercel-ai.js";
import { voltAgentDialect } from "./voltagent.js";

/**
 * The dialects in the order in which they are asked: the first that knows the span is its source. What only one library
 * writes comes before what several do, so the keys of the conventions (`gen_ai.operation.name`) come last.
 */
export const DIALECTS: readonly Dialect[] = [
  agentActionsDialect,
  mcpDialect,
  claudeCodeDialect,
  openCodeDialect,
  copilotCliDialect,
  langSmithDialect,
  langfuseDialect,
  mastraDialect,
  genkitDialect,
  voltAgentDialect,
  logfireDialect,
  haystackDialect,
  sentryDialect,
  googleAdkDialect,
  vercelAiDialect,
  openInferenceDialect,
  traceloopDialect,
  anyAgentDialect,
  monocleDialect,
  azureAiDialect,
  genAiDialect,
];
