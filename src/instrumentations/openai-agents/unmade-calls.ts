import {
  ATTR_ACTION_NAME,
  ATTR_ACTION_TYPE,
  ATTR_DETAILS,
  ATTR_GEN_AI_TOOL_CALL_ARGUMENTS,
  ATTR_GEN_AI_TOOL_CALL_ID,
} from "../../event/semconv.js";
import { toJson } from "../../internal/safe-json.js";
import type { OpenCall, SpanRecorder } from "../base/span-recorder.js";
import { textAttribute, toolCallForm, toolResult } from "../base/tool-call.js";
import type { CallsMade } from "./calls-made.js";
import { isRecordedTool } from "./patch-tool-factory.js";

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

// No convention has a span for an approval, so it is written as our own API writes decisions.
function recordRefusal({ toolCall }: ToolRun, { output }: Answer, recorder: SpanRecorder): void {
  const form = {
    spanName: `decision ${toolCall.name}`,
    attributes: {
      [ATTR_ACTION_TYPE]: "decision",
      [ATTR_ACTION_NAME]: toolCall.name,
      ...textAttribute(ATTR_GEN_AI_TOOL_CALL_ID, toolCall.callId),
      [ATTR_DETAILS]: refusalDetails(toolCall, output, recorder.capturesContent),
    },
  };
  recorder.open(() => form)?.end();
}

function refusalDetails(
  { callId, arguments: given }: ToolRun["toolCall"],
  output: unknown,
  content: boolean,
): string {
  const decision = { decision_type: "approval", tool_call_id: callId };
  if (!content)
    return toJson({ ...decision, decision_context_hidden: true, decision_result: { approved: false } });
  return toJson({
    ...decision,
    decision_context: parsed(given),
    decision_result: { approved: false, reason: output },
  });
}

function recordAnswer({ toolCall, tool }: ToolRun, { output }: Answer, recorder: SpanRecorder): void {
  const form = {
    ...toolCallForm({ name: toolCall.name, callId: toolCall.callId }),
    content: () => textAttribute(ATTR_GEN_AI_TOOL_CALL_ARGUMENTS, toolCall.arguments),
  };
  const call: OpenCall | undefined = recorder.open(() => form);
  // A tool that is not of `tool()` has run unseen, and this is what it gave.
  if (!isRecordedTool(tool)) call?.end(toolResult(output));
  else call?.end({ failure: { type: errorNamed(output), message: String(output) } });
}

const errorNamed = (output: unknown): string =>
  (typeof output === "string" && /\b([A-Z]\w*Error)\b/.exec(output)?.[1]) || "invalid_arguments";

function parsed(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return text;
  }
}
