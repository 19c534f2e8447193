/**
 * What LlamaIndex's workflows of agents hand from step to step, whichever instrumentation wrote it down: as JSON, or as Python prints
 * objects.
 */
import { isPlainObject } from "../../../../src/event/json.js";
import { textAt } from "./attributes.js";
import type { Captured } from "./captured.js";

/** What a tool gave, out of LlamaIndex's `ToolOutput`. */
export interface LlamaIndexOutput {
  readonly result: Captured;
  readonly toolName?: string | undefined;
  readonly callId?: string | undefined;
  /** The output says that the tool failed, with this text. */
  readonly error?: string | undefined;
}

/** Looks into `{blocks, tool_name, raw_input, raw_output, is_error}`, also where a step of a workflow has it as `tool_output`. */
export function unwrapToolOutput(value: Captured): LlamaIndexOutput | undefined {
  if (!isPlainObject(value)) return undefined;
  if (isPlainObject(value.tool_output)) {
    const inner = unwrapToolOutput(value.tool_output);
    return inner && { ...inner, callId: textAt(value, "tool_id") };
  }
  if (!("raw_output" in value && "raw_input" in value)) return undefined;
  const toolName = textAt(value, "tool_name");
  if (value.is_error !== true) return { result: value.raw_output, toolName };
  return { result: undefined, toolName, error: wordsOf(value) ?? "the tool's output says error" };
}

function wordsOf({ blocks, content, raw_output }: Readonly<Record<string, unknown>>): string | undefined {
  const texts = (Array.isArray(blocks) ? blocks : []).flatMap((block) =>
    isPlainObject(block) ? (textAt(block, "text") ?? []) : [],
  );
  const said = texts.length > 0 ? texts.join("\n") : (content ?? raw_output);
  return typeof said === "string" && said !== "" ? said : undefined;
}

/** The agent that a step's event names: `AgentInput(..., current_agent_name='support')`, or the same as JSON. */
export function agentOfEvent(event: Captured): string | undefined {
  if (typeof event === "string") return PRINTED_AGENT.exec(event.slice(-MAX_TAIL))?.[1];
  if (!isPlainObject(event)) return undefined;
  const named = textAt(event, "current_agent_name");
  return named ?? (isPlainObject(event.result) ? textAt(event.result, "current_agent_name") : undefined);
}

/** It stands last, behind all that was said. */
const PRINTED_AGENT = /, current_agent_name='((?:[^'\\]|\\.){1,200})'\)$/;
const MAX_TAIL = 300;

/** The id of the call that a step is for: `ToolCall(..., tool_id='call_1')`. */
export const callIdOfEvent = (event: Captured): string | undefined =>
  typeof event === "string" ? PRINTED_ID.exec(event.slice(-MAX_TAIL))?.[1] : undefined;

const PRINTED_ID = /, tool_id='((?:[^'\\]|\\.){1,200})'\)$/;
