import type { SpanRecorder } from "../../tracing/span-recorder.js";
import { toolCallSpanTemplate } from "../../tracing/tool-call.js";
import type { HostCall, Patches } from "../base/patches.js";
import { CallsMade } from "./run-scope.js";

/** What a function tool is given about its call beside the arguments. */
interface CallDetails {
  readonly toolCall?: { readonly callId?: unknown; readonly name?: unknown };
}

interface FunctionTool {
  readonly name?: unknown;
  readonly invoke?: unknown;
}

/** The `invoke` of tools that are recorded when they run: it stays the same when the SDK copies a tool. */
const recorded = new WeakSet<object>();

/** Whether a tool is one whose runs are recorded. */
export function isRecordedTool({ invoke }: FunctionTool): boolean {
  return typeof invoke === "function" && recorded.has(invoke);
}

/**
 * `tool()` makes all function tools, the user's as well as those of MCP servers and of agents as tools. Its `execute` is what
 * runs: what it throws is turned into an answer for the model above it, and the tool's `invoke` has to stay what it is,
 * because the SDK knows tools by it.
 */
export function patchToolFactory(exports: object, patches: Patches, recorder: SpanRecorder): void {
  patches.method(exports, "tool", ({ args, proceed }: HostCall) => {
    const [options] = args as readonly [Readonly<Record<string, unknown>> | undefined];
    if (typeof options?.execute !== "function") return proceed();
    const called: { tool?: FunctionTool } = {};
    const execute = new Proxy(options.execute as (...given: unknown[]) => unknown, {
      apply: (original, receiver: unknown, given: unknown[]) =>
        recorder.run(
          () => templateOf(called.tool, given),
          () => Reflect.apply(original, receiver, given),
        ),
    });
    const tool = proceed([{ ...options, execute }]) as FunctionTool;
    called.tool = tool;
    if (typeof tool.invoke === "function") recorded.add(tool.invoke);
    return tool;
  });
}

function templateOf(tool: FunctionTool | undefined, [parameters, , details]: readonly unknown[]) {
  const { toolCall } = (details ?? {}) as CallDetails;
  CallsMade.note(toolCall?.callId);
  const name = tool?.name ?? toolCall?.name;
  return toolCallSpanTemplate({
    name: typeof name === "string" && name !== "" ? name : "unknown-tool",
    arguments: parameters,
    callId: typeof toolCall?.callId === "string" ? toolCall.callId : undefined,
  });
}
