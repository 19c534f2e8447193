import { ATTR_ERROR_TYPE, ATTR_GEN_AI_OPERATION_NAME } from "../../event/semconv.js";
import { describeError } from "../../internal/describe-error.js";
import type { CallForm, Outcome } from "../base/call-form.js";
import type { Patches } from "../base/patches.js";
import { failureOf, type SpanRecorder } from "../base/span-recorder.js";
import { textAttribute, toolCallForm, toolResult } from "../base/tool-call.js";
import { type RunnableConfig, readConfig } from "./config.js";
import { readToolOutput } from "./tool-output.js";
import { noteToolRan } from "./tool-ran.js";

interface Exports {
  readonly StructuredTool?: { readonly prototype: object };
}

interface StructuredTool {
  readonly name?: unknown;
}

/** `call` is what every way to call a tool ends in: it parses the arguments, runs the tool and makes the answer for the model. */
export function patchTools({ StructuredTool }: Exports, patches: Patches, recorder: SpanRecorder): void {
  patches.method(StructuredTool?.prototype, "call", ({ receiver, args, proceed }) =>
    recorder.run(
      () => {
        noteToolRan();
        return formOf(receiver as StructuredTool, args[0], args[1] as RunnableConfig | undefined);
      },
      () => proceed(),
    ),
  );
}

function formOf({ name }: StructuredTool, input: unknown, config: RunnableConfig | undefined): CallForm {
  const { agentName, threadId } = readConfig(config);
  const call = isToolCall(input) ? input : undefined;
  return toolCallForm(
    {
      name: typeof name === "string" && name !== "" ? name : "unknown-tool",
      arguments: call === undefined ? input : call.args,
      callId: textOf(call?.id) ?? textOf(config?.toolCall?.id),
      agentName,
      conversationId: threadId,
    },
    { returned: (output) => outcomeOf(output, agentName), threw: thrownOutcome },
  );
}

function outcomeOf(output: unknown, agentName: string | undefined): Outcome {
  const { result, error, handsOverTo } = readToolOutput(output);
  if (handsOverTo !== undefined) return handOff(handsOverTo, agentName, result);
  const outcome = toolResult(result);
  return error === undefined ? outcome : { ...outcome, failure: { type: "tool_error", message: error } };
}

// The conventions have no operation for this; it is the one that OpenTelemetry's instrumentation of the OpenAI Agents SDK writes.
function handOff(target: string, from: string | undefined, result: unknown): Outcome {
  return {
    ...toolResult(result),
    attributes: {
      [ATTR_GEN_AI_OPERATION_NAME]: "agent_handoff",
      ...textAttribute("gen_ai.handoff.from_agent", from),
      "gen_ai.handoff.to_agent": target,
    },
  };
}

/** By throwing these LangGraph leaves a node to wait for a person, or for another graph. Nothing failed. */
const CONTROL_FLOW: ReadonlySet<string> = new Set([
  "GraphInterrupt",
  "NodeInterrupt",
  "ParentCommand",
  "GraphBubbleUp",
  "GraphDrained",
]);

/** What was thrown out of a tool or a graph; control flow is named, and is no error of the span. */
export function thrownOutcome(thrown: unknown): Outcome {
  const { type } = describeError(thrown);
  return CONTROL_FLOW.has(type) ? { attributes: { [ATTR_ERROR_TYPE]: type } } : failureOf(thrown);
}

interface GivenCall {
  readonly args?: unknown;
  readonly id?: unknown;
}

const isToolCall = (input: unknown): input is GivenCall =>
  typeof input === "object" && input !== null && Reflect.get(input, "type") === "tool_call";

const textOf = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;
