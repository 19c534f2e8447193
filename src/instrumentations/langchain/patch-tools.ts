import type { Attributes } from "@opentelemetry/api";
import { ATTR_ERROR_TYPE } from "../../event/semconv.js";
import { describeError } from "../../internal/describe-error.js";
import { failureOf } from "../../tracing/recorded-span.js";
import type { SpanRecorder } from "../../tracing/span-recorder.js";
import type { SpanOutcome, SpanTemplate } from "../../tracing/span-template.js";
import { textOf } from "../../tracing/text.js";
import { type ToolCall, toolCallSpanTemplate, toolResult } from "../../tracing/tool-call.js";
import { decisionAttributes } from "../base/decision.js";
import type { Patches } from "../base/patches.js";
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
        const config = args[1] as RunnableConfig | undefined;
        return templateOf(receiver as StructuredTool, args[0], config, recorder.capturesContent);
      },
      () => proceed(),
    ),
  );
}

function templateOf(
  { name }: StructuredTool,
  input: unknown,
  config: RunnableConfig | undefined,
  capturesContent: boolean,
): SpanTemplate {
  const { agentName, threadId } = readConfig(config);
  const given = isToolCall(input) ? input : undefined;
  const call = {
    name: typeof name === "string" && name !== "" ? name : "unknown-tool",
    arguments: given === undefined ? input : given.args,
    callId: textOf(given?.id) ?? textOf(config?.toolCall?.id),
    agentName,
    conversationId: threadId,
  };
  return toolCallSpanTemplate(call, {
    returned: (output) => outcomeOf(output, call, capturesContent),
    threw: thrownOutcome,
  });
}

function outcomeOf(output: unknown, call: ToolCall, capturesContent: boolean): SpanOutcome {
  const { result, error, handsOverTo } = readToolOutput(output);
  const outcome = toolResult(result);
  if (handsOverTo !== undefined)
    return { ...outcome, attributes: handOff(handsOverTo, call, capturesContent) };
  return error === undefined ? outcome : { ...outcome, failure: { type: "tool_error", message: error } };
}

function handOff(target: string, call: ToolCall, capturesContent: boolean): Attributes {
  const decision = {
    type: "handoff",
    name: `handoff to ${target}`,
    context: call.arguments,
    result: { from_agent: call.agentName, to_agent: target },
    callId: call.callId,
  } as const;
  return decisionAttributes(decision, capturesContent);
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
export function thrownOutcome(thrown: unknown): SpanOutcome {
  const { type } = describeError(thrown);
  return CONTROL_FLOW.has(type) ? { attributes: { [ATTR_ERROR_TYPE]: type } } : failureOf(thrown);
}

interface GivenCall {
  readonly args?: unknown;
  readonly id?: unknown;
}

const isToolCall = (input: unknown): input is GivenCall =>
  typeof input === "object" && input !== null && Reflect.get(input, "type") === "tool_call";
