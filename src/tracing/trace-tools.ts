import { types } from "node:util";
import { guarded, reportProblem } from "./guard.js";
import { originalOf, overlay, type Replace } from "./overlay.js";
import { FRAMEWORK_SHAPES, TOOL_SHAPES } from "./tool-shapes/index.js";
import type { TraceToolOptions } from "./trace-function.js";

/**
 * The same tool set, each tool of which is traced as {@link traceTool} does it. Of any shape that the ecosystem uses: an object, list
 * or Map of functions, of tools of the AI SDK, LangChain, OpenAI Agents, Mastra, the Claude Agent SDK, of the tool runners of
 * Anthropic and OpenAI, of other objects with `execute`, `invoke`, `func`, `call` or `handler`; an MCP `Client` or `McpServer`; an
 * instance whose methods are the tools; one tool of a framework. Tools of an object or Map are called by their key, others by their
 * own name. What is no tool stays what it is, and so does the set itself, but for the tools that an `McpServer` has already.
 */
export function traceTools<Tools extends object>(tools: Tools, options: TraceToolOptions = {}): Tools {
  if (typeof tools !== "object" || tools === null) {
    reportProblem("traceTools was not given a tool set; it gives back what it was given");
    return tools;
  }
  return guarded("a tool set could not be traced", () => traceSet(tools, options) as Tools) ?? tools;
}

function traceSet(tools: object, options: TraceToolOptions): object {
  if (Array.isArray(tools)) return traceList(tools, options);
  if (types.isMap(tools)) return traceMap(tools, options);
  if (FRAMEWORK_SHAPES.some((shape) => shape.matches(tools)))
    return traceItem(nameOf(tools), tools, options) as object;
  const original = originalOf(tools);
  return overlay(original, (standIn) => traceMember(original, standIn, options));
}

/** A list longer than this is none of tools, and walking it would hold up the agent. */
const MAX_TOOLS = 100_000;

function traceList(tools: readonly unknown[], options: TraceToolOptions): readonly unknown[] {
  if (!(tools.length <= MAX_TOOLS)) throw new RangeError(`a list of ${tools.length} cannot be one of tools`);
  const traced = tools.map((tool) => traceItem(nameOf(tool), tool, options));
  return Object.isFrozen(tools) ? Object.freeze(traced) : traced;
}

function traceMap(tools: Map<unknown, unknown>, options: TraceToolOptions): Map<unknown, unknown> {
  const traced = new Map<unknown, unknown>();
  // The built-in method: a subclass may iterate for ever.
  Map.prototype.forEach.call(tools, (tool, key) => traced.set(key, traceItem(key, tool, options)));
  return traced;
}

function traceMember(original: object, standIn: () => object, options: TraceToolOptions): Replace {
  const receiverOf = (receiver: unknown) => (receiver === standIn() ? original : receiver);
  return (key, value) => (isToolKey(original, key) ? traceItem(key, value, options, receiverOf) : value);
}

const NEVER_TOOLS: ReadonlySet<string> = new Set(["constructor", "then", "toJSON"]);

// What every object inherits is no tool; its own `toString` may be one.
function isToolKey(tools: object, key: PropertyKey): key is string {
  if (typeof key !== "string" || NEVER_TOOLS.has(key)) return false;
  return !(key in Object.prototype) || Object.hasOwn(tools, key);
}

function traceItem(
  name: unknown,
  tool: unknown,
  options: TraceToolOptions,
  receiverOf = (receiver: unknown) => receiver,
): unknown {
  if ((typeof tool !== "object" || tool === null) && typeof tool !== "function") return tool;
  const traced = guarded("a tool could not be traced", () =>
    TOOL_SHAPES.find((shape) => shape.matches(tool))?.trace(
      name === undefined ? "" : String(name),
      tool,
      options,
      receiverOf,
    ),
  );
  return traced ?? tool;
}

// Mastra's tools have an id for a name.
function nameOf(tool: unknown): unknown {
  return guarded("the name of a tool could not be read", () => {
    const { name, id } = (tool ?? {}) as { readonly name?: unknown; readonly id?: unknown };
    return name ?? id;
  });
}
