import { anthropicRunnableTool } from "./anthropic-runnable-tool.js";
import { functionTool } from "./function-tool.js";
import { langchainTool } from "./langchain-tool.js";
import { mastraTool } from "./mastra-tool.js";
import { mcpClient } from "./mcp-client.js";
import { mcpServer, sdkMcpServer } from "./mcp-server.js";
import { mcpTool } from "./mcp-tool.js";
import { methodTool } from "./method-tool.js";
import { openaiAgentsTool } from "./openai-agents-tool.js";
import { openaiRunnableTool } from "./openai-runnable-tool.js";
import type { ToolShape } from "./tool-shape.js";

/** What a framework makes, beyond doubt: recognised also where it is given alone, and not in a set. */
export const FRAMEWORK_SHAPES: readonly ToolShape[] = [
  mcpClient,
  mcpServer,
  sdkMcpServer,
  langchainTool,
  openaiRunnableTool,
  openaiAgentsTool,
  anthropicRunnableTool,
  mcpTool,
  mastraTool,
];

/** The first that matches traces the tool. */
export const TOOL_SHAPES: readonly ToolShape[] = [...FRAMEWORK_SHAPES, functionTool, methodTool];
