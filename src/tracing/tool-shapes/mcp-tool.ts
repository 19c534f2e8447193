import type { ToolCallReading } from "../tool-call-reading.js";
import { dataAt, mayBeMethod } from "./data-at.js";
import { mcpResult } from "./mcp-result.js";
import { membersOf } from "./members-of.js";
import type { ToolShape } from "./tool-shape.js";
import { traceMethods } from "./trace-methods.js";

/** A tool for an MCP server in the same process: `tool()` of the Claude Agent SDK, `{ name, inputSchema, handler }`. */
export const mcpTool: ToolShape = {
  matches: (value) =>
    typeof dataAt(value, "name") === "string" &&
    dataAt(value, "inputSchema") !== undefined &&
    mayBeMethod(value, "handler"),
  trace: (name, tool, options) => traceMethods(tool, HANDLER, name, options, MCP_HANDLER),
};

const HANDLER: ReadonlySet<PropertyKey> = new Set(["handler"]);

/** How a server calls the handler of a tool: with arguments and its own context, or with the context alone. */
export const MCP_HANDLER: ToolCallReading = {
  parameters: (args) => (args.length > 1 ? args[0] : undefined),
  sessionId: (args) => membersOf(args.at(-1)).sessionId,
  ...mcpResult,
};
