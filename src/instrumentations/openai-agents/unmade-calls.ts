import { ATTR_GEN_AI_TOOL_CALL_ARGUMENTS } from "../../event/semconv.js";
import type { RecordedSpan } from "../../tracing/recorded-span.js";
import type { SpanRecorder } from "../../tracing/span-recorder.js";
import { textAttribute } from "../../tracing/text.js";
import { toolCallSpanTemplate, toolResult } from "../../tracing/tool-call.js";
import { jsonArguments } from "../../tracing/tool-shapes/members.js";
import { decisionAttributes } from "../base/decision.js";
import { isRecordedTool } from "./patch-tool-factory.js";
import type { CallsMade } from "./run-scope.js";

export interface ToolRun {
  readonly toolCall: { readonly callId: string; readonly name: string; readonly arguments?: unknown };
  readonly tool: { readonly name?: unknown; readonly invoke?: unknown };
}

interface Answer {
  readonly type?: unknown;
  readonly output?: unknown;
}

interface RunState {
  readonly _context?: {
    isToolApproved?(call: { readonly toolName: string; readonly callId: string }): boolean | undefined;
  };
}

/**
 * Records the calls of a turn that were answered without their tool: a person refused them, or their arguments do not fit.
 * One that still waits for approval has no answer, and is none.
 */
export function recordUnmadeCalls(
  toolRuns: readonly ToolRun[],
  answers: unknown,
  state: unknown,
  made: CallsMade,
  recorder: SpanRecorder,
): void {
  if (!Array.isArray(answers)) return;
  for (const [index, toolRun] of toolRuns.entries()) {
    const answer = answers[index] as Answer | undefined;
    if (answer?.type !== "function_output" || made.has(toolRun.toolCall.callId)) continue;
    if (isRefused(toolRun, state as RunState)) recordRefusal(toolRun, answer, recorder);
    else recordAnswer(toolRun, answer, recorder);
  }
}

function isRefused({ toolCall, tool }: ToolRun, { _context }: RunState): boolean {
  const toolName = typeof tool.name === "string" ? tool.name : toolCall.name;
  return _context?.isToolApproved?.({ toolName, callId: toolCall.callId }) === false;
}

function recordRefusal({ toolCall }: ToolRun, { output }: Answer, recorder: SpanRecorder): void {
  const { callId, name } = toolCall;
  const reason = recorder.capturesContent ? { reason: output } : {};
  const decision = {
    type: "approval",
    name,
    context: jsonArguments(toolCall.arguments),
    result: { approved: false, ...reason },
    callId,
  } as const;
  recorder
    .open(() => ({
      spanName: `decision ${name}`,
      attributes: decisionAttributes(decision, recorder.capturesContent),
    }))
    ?.end();
}

function recordAnswer({ toolCall, tool }: ToolRun, { output }: Answer, recorder: SpanRecorder): void {
  const template = {
    ...toolCallSpanTemplate({ name: toolCall.name, callId: toolCall.callId }),
    content: () => textAttribute(ATTR_GEN_AI_TOOL_CALL_ARGUMENTS, toolCall.arguments),
  };
  const call: RecordedSpan | undefined = recorder.open(() => template);
  // A tool that is not of `tool()` has run unseen, and this is what it gave.
  if (!isRecordedTool(tool)) call?.end(toolResult(output));
  else call?.end({ failure: { type: errorNamed(output), message: String(output) } });
}

const errorNamed = (output: unknown): string =>
  (typeof output === "string" && /\b([A-Z]\w*Error)\b/.exec(output)?.[1]) || "invalid_arguments";
