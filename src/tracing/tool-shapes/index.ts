import type { ToolFunction } from "../trace-function.js";
import { anthropicRunnableTool, langchainTool, mastraTool, methodTool } from "./frameworks.js";
import { mcpClient, mcpServer, mcpTool, sdkMcpServer } from "./mcp.js";
import { openaiAgentsTool, openaiRunnableTool } from "./openai.js";
import { replayAsFunction } from "./replay-function.js";
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

/** A plain function: `{ read: (path) => ... }`. */
const functionTool: ToolShape = {
  matches: (value) => typeof value === "function",
  wrap: (name, tool, wrap, receiverOf) =>
    wrap(name, tool as ToolFunction, receiverOf, { replay: replayAsFunction }),
};

/** The first that matches is the shape of the tool. */
export const TOOL_SHAPES: readonly ToolShape[] = [...FRAMEWORK_SHAPES, functionTool, methodTool];
