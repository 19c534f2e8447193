import { AiSdkInstrumentation } from "./ai-sdk.js";
import { AnthropicInstrumentation } from "./anthropic.js";
import type { ActionInstrumentation, ActionInstrumentationConfig } from "./base/action-instrumentation.js";
import { ChildProcessInstrumentation } from "./child-process.js";
import { FsInstrumentation } from "./fs.js";
import { LangChainInstrumentation } from "./langchain.js";
import { McpInstrumentation } from "./mcp.js";
import { OpenAiInstrumentation } from "./openai.js";
import { OpenAiAgentsInstrumentation } from "./openai-agents.js";
import type { InstrumentationName } from "./registry.js";

const CLASSES: Readonly<
  Record<InstrumentationName, new (config?: ActionInstrumentationConfig) => ActionInstrumentation>
> = {
  "ai-sdk": AiSdkInstrumentation,
  anthropic: AnthropicInstrumentation,
  openai: OpenAiInstrumentation,
  mcp: McpInstrumentation,
  langchain: LangChainInstrumentation,
  "openai-agents": OpenAiAgentsInstrumentation,
  fs: FsInstrumentation,
  "child-process": ChildProcessInstrumentation,
};

/** Makes one, and switches it on. This module loads all of them, and `@opentelemetry/instrumentation`. */
export const makeInstrumentation = (
  name: InstrumentationName,
  config?: ActionInstrumentationConfig,
): ActionInstrumentation => new CLASSES[name](config);
