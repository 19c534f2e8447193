/**
 * LlamaIndex under OpenLLMetry: every method that the library dispatches is a `task`, named after its class, and the outermost one a
 * `workflow`. Nothing tells of an error: the span of a method that threw never ends. Of the steps of a workflow of agents, the one that
 * calls a tool has the tool's name; what it gave back has the id of the call.
 */

import { isPlainObject } from "../../../../src/event/json.js";
import type { ReadableSpan } from "../../sdk-types.js";
import { scopeName, textAt } from "../common/attributes.js";
import { type Captured, captured, HIDDEN } from "../common/captured.js";
import { failureIfSaid, failureSaying } from "../common/failure.js";
import { handOffTool, withoutObjects } from "../common/hand-off.js";
import { agentOfEvent, unwrapToolOutput } from "../common/llama-index.js";
import { agentAt, noteAgent, onlyAgent } from "../common/run-notes.js";
import type { Reading } from "../dialect.js";
import { ENTITY_INPUT, ENTITY_OUTPUT } from "./traceloop-values.js";

export const isLlamaIndex = (span: ReadableSpan): boolean =>
  scopeName(span) === "opentelemetry.instrumentation.llamaindex";

const TOOL_NAME = "tool.name";
const TOOL_CLASS = /Tool\.task$/;
const RETRIEVER_CLASS = /Retriever\.task$/;

const classOf = ({ name }: ReadableSpan): string => name.replace(/\.(?:task|workflow)$/, "");

const isStepOfTool = ({ attributes }: ReadableSpan): boolean => TOOL_NAME in attributes;

/** Tools, retrievals and runs; everything else is a step. Calls of models are read as anywhere else. */
export function readLlamaIndex(span: ReadableSpan, ancestors: readonly ReadableSpan[]): Reading {
  const [parent] = ancestors;
  const output = captured(span.attributes[ENTITY_OUTPUT]);
  if (parent !== undefined) noteAgent(parent, span, agentOfEvent(output), "endTime");
  if (isStepOfTool(span)) return readTool(span, output);
  if (TOOL_CLASS.test(span.name))
    return parent !== undefined && isStepOfTool(parent)
      ? { is: "ignored", reason: "the call that the step around it records" }
      : readTool(span, output);
  if (RETRIEVER_CLASS.test(span.name) && parent?.name !== span.name) return readRetriever(span, output);
  if (textAt(span.attributes, "traceloop.span.kind") === "workflow" && parent === undefined)
    return {
      is: "run",
      get name() {
        return agentOfRun(span);
      },
      failure: undefined,
    };
  return { is: "ignored", reason: `LlamaIndex's ${classOf(span)} is a step, and no action` };
}

/** The agent at work in a step, or of a whole run. */
export const llamaIndexAgent = (
  span: ReadableSpan,
  [parent]: readonly ReadableSpan[],
): string | undefined => {
  if (parent === undefined)
    return textAt(span.attributes, "traceloop.span.kind") === "workflow" ? agentOfRun(span) : undefined;
  return agentOfEvent(captured(span.attributes[ENTITY_OUTPUT])) ?? agentAt(parent, span);
};

// A workflow of several agents has a name of its own; one agent is called as its steps say.
function agentOfRun(span: ReadableSpan): string {
  const name = classOf(span);
  if (!/Agent$/.test(name)) return name;
  return agentOfEvent(captured(span.attributes[ENTITY_OUTPUT])) ?? onlyAgent(span) ?? name;
}

function readTool(span: ReadableSpan, output: Captured): Reading {
  const { attributes } = span;
  const given = unwrapToolOutput(output);
  const name = textAt(attributes, TOOL_NAME) ?? given?.toolName ?? classOf(span);
  const parameters = withoutObjects(argumentsOf(span, output));
  const error = given?.error;
  const failed = failureIfSaid(error);
  const failure = failed?.type === "Error" ? { ...failureSaying(error), type: typeOf(name, error) } : failed;
  const target = handOffTool(name, parameters, given?.result);
  const common = { name, callId: given?.callId, failure };
  if (target !== undefined)
    return { is: "decision", type: "handoff", ...common, context: parameters, result: { to_agent: target } };
  return { is: "tool_call", ...common, parameters, result: given === undefined ? output : given.result };
}

const typeOf = (name: string, error: string | undefined): string =>
  error?.startsWith(`Tool ${name} not found`) === true ? "unknown_tool" : "tool_error";

function argumentsOf({ attributes }: ReadableSpan, output: Captured): Captured {
  const told = captured(attributes["tool.arguments"]);
  if (told !== undefined) return told;
  const input = captured(attributes[ENTITY_INPUT]);
  if (isPlainObject(input)) return isPlainObject(input.kwargs) ? input.kwargs : input;
  return input ?? (output === undefined ? HIDDEN : undefined);
}

function readRetriever(span: ReadableSpan, output: Captured): Reading {
  const input = captured(span.attributes[ENTITY_INPUT]);
  const query = isPlainObject(input) ? (input.str_or_query_bundle ?? input.query_bundle) : undefined;
  return {
    is: "tool_call",
    name: classOf(span),
    parameters: query === undefined ? (input ?? HIDDEN) : { query },
    result: output ?? HIDDEN,
    callId: undefined,
    failure: undefined,
  };
}
