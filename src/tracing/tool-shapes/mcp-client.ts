import type { ToolCallReading } from "../tool-call-reading.js";
import { mayBeMethod } from "./data-at.js";
import { mcpResult } from "./mcp-result.js";
import { membersOf } from "./members-of.js";
import type { ToolShape } from "./tool-shape.js";
import { traceMethods } from "./trace-methods.js";

/** The MCP SDK's `Client`: one method calls all tools of a server. What else it does is no tool call. */
export const mcpClient: ToolShape = {
  matches: (value) => mayBeMethod(value, "callTool") && mayBeMethod(value, "listTools"),
  trace: (name, client, options) => traceMethods(client, CALL_TOOL, name, options, READING),
};

const CALL_TOOL: ReadonlySet<PropertyKey> = new Set(["callTool"]);

const READING: ToolCallReading = {
  name: ([request]) => {
    const { name } = membersOf(request);
    return typeof name === "string" ? name : undefined;
  },
  parameters: ([request]) => membersOf(request).arguments,
  ...mcpResult,
};
