import { types } from "node:util";
import { quietly } from "../../tracing/quietly.js";
import type { HostCall, Patches } from "../base/patches.js";
import type { SpanRecorder } from "../base/span-recorder.js";
import { toolCallForm } from "../base/tool-call.js";
import { type RunnableConfig, readConfig } from "./config.js";
import { readToolOutput } from "./tool-output.js";
import { watchingForTools } from "./tool-ran.js";

interface Exports {
  readonly ToolNode?: { readonly prototype: object };
}

interface RequestedCall {
  readonly name?: unknown;
  readonly args?: unknown;
  readonly id?: unknown;
}

/**
 * A tool node answers a call of a tool that it does not have by itself, so that the model may try again. No tool sees that
 * call, and it is recorded here: where the node knows no such tool, none ran (a middleware may bring its own), and the answer is
 * an error.
 */
export function patchToolNodes({ ToolNode }: Exports, patches: Patches, recorder: SpanRecorder): void {
  patches.method(ToolNode?.prototype, "runTool", (call) => {
    const requested = (call.args[0] ?? {}) as RequestedCall;
    if (!recorder.enabled || hasTool(call.receiver, requested.name)) return call.proceed();
    return runUnknown(call, requested, recorder);
  });
}

function hasTool(node: unknown, name: unknown): boolean {
  const { tools } = node as { readonly tools?: unknown };
  return !Array.isArray(tools) || tools.some((tool: { readonly name?: unknown }) => tool?.name === name);
}

function runUnknown({ args, proceed }: HostCall, requested: RequestedCall, recorder: SpanRecorder): unknown {
  const [answer, note] = watchingForTools(() => proceed());
  if (!types.isPromise(answer)) return answer;
  return answer.then((output) => {
    if (!note.ran)
      quietly("an unknown tool could not be recorded", () => record(output, requested, args[1], recorder));
    return output;
  });
}

function record(output: unknown, requested: RequestedCall, config: unknown, recorder: SpanRecorder): void {
  const { error } = readToolOutput(output);
  if (error === undefined || typeof requested.name !== "string") return;
  const { agentName, threadId } = readConfig(config as RunnableConfig | undefined);
  const call = {
    name: requested.name,
    arguments: requested.args,
    callId: typeof requested.id === "string" ? requested.id : undefined,
    agentName,
    conversationId: threadId,
  };
  recorder.open(() => toolCallForm(call))?.end({ failure: { type: "unknown_tool", message: error } });
}
