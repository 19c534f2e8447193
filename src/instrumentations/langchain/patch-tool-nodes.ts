import { types } from "node:util";
import { describeError } from "../../internal/describe-error.js";
import { guarded } from "../../tracing/guard.js";
import type { SpanRecorder } from "../../tracing/span-recorder.js";
import type { SpanOutcome } from "../../tracing/span-template.js";
import { toolCallSpanTemplate } from "../../tracing/tool-call.js";
import type { HostCall, Patches } from "../base/patches.js";
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
 * A tool node replies by itself to a call of a tool that it does not have, so that the model may try again. No tool sees that
 * call, and it is recorded here: where the node knows no such tool, none ran (a middleware may bring its own), and the answer is
 * an error, or, in early versions, none comes.
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
  const noteFailure = (failure: () => SpanOutcome | undefined) => {
    if (!note.ran)
      guarded("an unknown tool could not be recorded", () => record(failure(), requested, args[1], recorder));
  };
  return answer.then(
    (output) => {
      noteFailure(() => failureIn(output));
      return output;
    },
    (error) => {
      noteFailure(() => ({ failure: { ...describeError(error), type: UNKNOWN_TOOL }, thrown: error }));
      throw error;
    },
  );
}

const UNKNOWN_TOOL = "unknown_tool";

function failureIn(output: unknown): SpanOutcome | undefined {
  const { error } = readToolOutput(output);
  return error === undefined ? undefined : { failure: { type: UNKNOWN_TOOL, message: error } };
}

function record(
  failure: SpanOutcome | undefined,
  { name, args, id }: RequestedCall,
  config: unknown,
  recorder: SpanRecorder,
): void {
  if (failure === undefined || typeof name !== "string") return;
  const { agentName, threadId } = readConfig(config as RunnableConfig | undefined);
  const call = {
    name,
    arguments: args,
    callId: typeof id === "string" ? id : undefined,
    agentName,
    conversationId: threadId,
  };
  recorder.open(() => toolCallSpanTemplate(call))?.end(failure);
}
