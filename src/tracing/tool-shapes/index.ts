import { functionTool } from "./function-tool.js";
import { methodTool } from "./method-tool.js";
import type { ToolShape } from "./tool-shape.js";

/** The first that matches traces the tool: a framework's own shape stands before the general ones. */
export const TOOL_SHAPES: readonly ToolShape[] = [functionTool, methodTool];
