import { guarded, reportProblem } from "./guard.js";
import { type TraceToolOptions, traceFunction } from "./trace-function.js";
import { wrapTools } from "./wrap-tools.js";

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
  const trace = () =>
    wrapTools(
      tools,
      (name, tool, receiverOf, reading) => traceFunction(name, tool, options, receiverOf, reading),
      guarded,
    ) as Tools;
  return guarded("a tool set could not be traced", trace) ?? tools;
}
