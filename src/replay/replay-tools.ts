import { types } from "node:util";
import { overlay } from "../tracing/overlay.js";
import { FRAMEWORK_SHAPES } from "../tracing/tool-shapes/index.js";
import { mcpClient } from "../tracing/tool-shapes/mcp.js";
import { replayAsFunction, replayAsMethod } from "../tracing/tool-shapes/replay-function.js";
import type { ToolCallReading, ToolFunction, WrapFunction } from "../tracing/trace-function.js";
import { wrapTools } from "../tracing/wrap-tools.js";
import type { ReplayRun } from "./replay-run.js";

export interface ReplayToolsOptions {
  /** The run that is given back; all tools of one agent share it. */
  readonly run: ReplayRun;
}

/**
 * The same tool set, of the same types, each tool of which gives back what was recorded of its calls and does nothing. Of every shape that
 * `traceTools` knows: plain functions, tools of the AI SDK, LangChain, OpenAI Agents, Mastra, the Claude Agent SDK, an MCP `Client` or
 * `McpServer`. A call that was not recorded fails with a `ReplayMissError`; in the mode `live-on-miss` the tool is called.
 *
 * An MCP client connects to nothing, except in the mode `live-on-miss`: it lists the tools that were called in the run.
 *
 * @throws TypeError for what is no tool set, and for a tool that cannot be replaced: none is left that could act
 */
export function replayTools<Tools extends object>(tools: Tools, { run }: ReplayToolsOptions): Tools {
  if (typeof tools !== "object" || tools === null)
    throw new TypeError("replayTools takes a tool set: an object, list or Map of tools, or an MCP client.");
  for (const name of namesOf(tools)) run.expect(name);
  const replayed = wrapTools(tools, replayBy(run), refusing) as Tools;
  return mcpClient.matches(tools) && run.mode !== "live-on-miss" ? offline(replayed, run) : replayed;
}

/** The same function, which gives back what was recorded of this tool's calls: see {@link replayTools}. */
export function replayTool<Tool extends ToolFunction>(
  name: string,
  tool: Tool,
  { run }: ReplayToolsOptions,
): Tool {
  if (typeof tool !== "function") throw new TypeError("replayTool takes a function.");
  run.expect(name);
  return replayBy(run)(name, tool, (receiver) => receiver, { replay: replayAsFunction }) as Tool;
}

// A tool that stayed what it is could act.
const refusing = <Value>(problem: string, work: () => Value): Value => {
  try {
    return work();
  } catch (error) {
    throw new TypeError(`${problem.replace("traced", "replayed")}, so nothing is`, { cause: error });
  }
};

const replayBy =
  (run: ReplayRun): WrapFunction =>
  (name, tool, receiverOf, reading) =>
    new Proxy(tool, {
      apply(target, receiver: unknown, args: unknown[]) {
        const original = receiverOf(receiver);
        const method = target as ToolFunction;
        const give = reading.replay ?? replayAsMethod;
        const called = reading.name?.(args) ?? name;
        let outcome: ReturnType<ReplayRun["take"]>;
        try {
          outcome = run.take(called, argumentsOf(args, reading), callIdOf(args, reading));
        } catch (error) {
          // Never as a result that says so, which an agent might pass over: it is no failure of the tool.
          const fail = give === replayAsFunction ? replayAsFunction : replayAsMethod;
          return fail({ result: null, error: error as Error }, { method, receiver: original, args });
        }
        return outcome === undefined
          ? Reflect.apply(target, original, args as never[])
          : give(outcome, { method, receiver: original, args });
      },
    });

const argumentsOf = (args: readonly unknown[], { parameters }: ToolCallReading): unknown =>
  parameters === undefined ? (args.length <= 1 ? args[0] : args) : parameters(args);

function callIdOf(args: readonly unknown[], { toolCallId }: ToolCallReading): string | undefined {
  const id = toolCallId?.(args);
  return typeof id === "string" ? id : undefined;
}

/** Names by which the tools of a set are called; of a client that asks a server for them, none. */
function namesOf(tools: object): readonly string[] {
  const own = (tool: unknown): string[] => {
    const { name, id } = (tool ?? {}) as { readonly name?: unknown; readonly id?: unknown };
    return typeof (name ?? id) === "string" ? [String(name ?? id)] : [];
  };
  if (Array.isArray(tools)) return tools.flatMap(own);
  if (types.isMap(tools)) return [...tools.keys()].map(String);
  if (mcpClient.matches(tools)) return [];
  if (FRAMEWORK_SHAPES.some((shape) => shape.matches(tools))) return own(tools);
  return Object.keys(tools);
}

type Method = (...args: unknown[]) => unknown;

/** What an MCP client does without a server. */
function offline<Client extends object>(client: Client, run: ReplayRun): Client {
  const nothing: Method = async () => undefined;
  const own = new Map<PropertyKey, Method>([
    ["connect", nothing],
    ["close", nothing],
    ["ping", async () => ({})],
    [
      "listTools",
      async () => ({ tools: run.tools.map((name) => ({ name, inputSchema: { type: "object" } })) }),
    ],
    ...NOT_RECORDED.map((method): [string, Method] => [
      method,
      async () => {
        throw new Error(`${method} of an MCP client is not recorded, so it cannot be replayed.`);
      },
    ]),
  ]);
  return overlay(
    client,
    () => (key, value) => (typeof value === "function" ? (own.get(key) ?? value) : value),
  );
}

/** Methods that ask a server for what is in no recording. */
const NOT_RECORDED = [
  "request",
  "notification",
  "complete",
  "getPrompt",
  "listPrompts",
  "listResources",
  "listResourceTemplates",
  "readResource",
  "subscribeResource",
  "unsubscribeResource",
  "setLoggingLevel",
];
