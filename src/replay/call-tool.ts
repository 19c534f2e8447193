/** Calls a tool of a set with recorded arguments, as its framework would. */
import { types } from "node:util";
import { mcpClient } from "../tracing/tool-shapes/mcp.js";
import { openaiAgentsTool, openaiRunnableTool } from "../tracing/tool-shapes/openai.js";
import { untraced } from "../tracing/trace-function.js";

type Call = (...args: unknown[]) => unknown;
type Members = Readonly<Record<string, unknown>>;

/** Methods that do the work of a tool, in the order in which they are looked for. */
const METHODS = ["execute", "invoke", "run", "handler", "func", "call"];

/**
 * Makes the function that calls a tool with the recorded input; `undefined` where the set has no such tool.
 *
 * @param tools an object, list or Map of tools, or an MCP client
 */
export function callerOf(tools: object, name: string): ((input: unknown) => Promise<unknown>) | undefined {
  if (mcpClient.matches(tools)) {
    const client = tools as { callTool(request: object): Promise<unknown> };
    return async (input) => plainMcpResult(await client.callTool({ name, arguments: input }));
  }
  const tool = toolNamed(tools, name);
  if (tool === undefined || tool === null) return undefined;
  if (typeof tool === "function") return async (input) => finished(callFunction(tool as Call, input));
  if (typeof tool !== "object") return undefined;
  const members = tool as Members;
  if (openaiAgentsTool.matches(tool))
    return async (input) => (members.invoke as Call).call(tool, undefined, JSON.stringify(input ?? {}));
  if (openaiRunnableTool.matches(tool)) {
    const inner = (members.$callback ?? (members.function as Members).function) as Call;
    return async (input) => finished(inner(input));
  }
  const method = METHODS.find((candidate) => typeof members[candidate] === "function");
  if (method === undefined) return undefined;
  return async (input) => finished((members[method] as Call).call(tool, input, {}));
}

function toolNamed(tools: object, name: string): unknown {
  if (types.isMap(tools)) return tools.get(name);
  if (!Array.isArray(tools)) return Object.hasOwn(tools, name) ? (tools as Members)[name] : undefined;
  return tools.find((tool) => {
    const { name: own, id, function: inner } = (tool ?? {}) as Members;
    return [own, id, (inner as Members | undefined)?.name].includes(name);
  });
}

/** Several arguments were recorded as a list; a function that takes one gets the list. */
function callFunction(tool: Call, input: unknown): unknown {
  const original = untraced(tool as never) as Call;
  return Array.isArray(input) && original.length > 1 ? tool(...input) : tool(input ?? undefined);
}

/** Of a generator, its last value, as it is recorded. */
async function finished(returned: unknown): Promise<unknown> {
  const value = await returned;
  if (
    typeof value !== "object" ||
    value === null ||
    !(Symbol.asyncIterator in value || types.isGeneratorObject(value))
  )
    return value;
  let last: unknown;
  for await (const step of value as AsyncIterable<unknown>) last = step;
  return last;
}

function plainMcpResult(response: unknown): unknown {
  const { structuredContent, content, isError } = response as Members;
  const parts = Array.isArray(content) ? (content as Members[]) : [];
  const isText =
    parts.length > 0 && parts.every(({ type, text }) => type === "text" && typeof text === "string");
  const text = isText ? parts.map((part) => part.text).join("\n") : content;
  if (isError === true) throw new Error(typeof text === "string" ? text : "the tool says isError");
  return structuredContent ?? text;
}
