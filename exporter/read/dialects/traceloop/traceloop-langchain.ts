/**
 * What Traceloop's instrumentation of LangChain in JavaScript writes. It knows classes, not names: every chain is a `workflow`, every
 * tool a `task`, and each is named after its class. Since 0.25 there are operations of the GenAI conventions beside that. (Python's
 * knows the names, and is read like everything else.)
 */

import { ATTR_GEN_AI_OPERATION_NAME } from "../../../../src/event/semconv.js";
import type { ReadableSpan } from "../../sdk-types.js";
import { scopeName, textAt } from "../common/attributes.js";
import { captured } from "../common/captured.js";
import { readFailure } from "../common/failure.js";
import { readStepOfTools } from "../common/langgraph.js";
import type { Reading } from "../dialect.js";
import { ENTITY_INPUT, ENTITY_OUTPUT } from "./traceloop-values.js";

const SCOPE = "@traceloop/instrumentation-langchain";

export const isLangChain = (span: ReadableSpan): boolean => scopeName(span) === SCOPE;

/** The class that the span is named after, where that is all that its name says. */
export function classNamed(span: ReadableSpan): string | undefined {
  if (!isLangChain(span)) return undefined;
  const named = textAt(span.attributes, "traceloop.entity.name");
  return named ?? /^(?:execute_tool |workflow |invoke_agent )?([^.]+)/.exec(span.name)?.[1];
}

/** Classes that programs make their tools of, and that say nothing of the tool. */
const CLASSES_OF_TOOLS = new Set([
  "DynamicStructuredTool",
  "DynamicTool",
  "StructuredTool",
  "Tool",
  "unknown",
]);

export const isGenericTool = (name: string): boolean => CLASSES_OF_TOOLS.has(name);

/** Before 0.16 only classes tell a tool from other tasks; later, only tools are tasks. */
export function isLangChainTool(span: ReadableSpan): boolean {
  if (!isLangChain(span) || textAt(span.attributes, "traceloop.span.kind") !== "task") return false;
  if (ATTR_GEN_AI_OPERATION_NAME in span.attributes) return false;
  return "traceloop.entity.name" in span.attributes || /(?:Tool|Retriever)\.task$/.test(span.name);
}

const CLASSES_OF_GRAPHS = /^(?:Compiled(?:State)?Graph|Pregel|ReactAgent|LangGraph|AgentExecutor|langchain)$/;

/** A chain: an agent's or a graph's run, a call of a tool that never ran, or a step. */
export function readChain(span: ReadableSpan): Reading {
  const { attributes } = span;
  const className = classNamed(span) ?? "";
  const isAgent = textAt(attributes, ATTR_GEN_AI_OPERATION_NAME) === "invoke_agent";
  if (!isAgent && !CLASSES_OF_GRAPHS.test(className))
    return (
      readStep(span) ?? {
        is: "ignored",
        reason: `the chain ${className} is a step of LangChain, and no action`,
      }
    );
  const failure = readFailure(span, ENTITY_OUTPUT in attributes);
  return { is: "run", name: runName(span, className), failure, extras: { workflow_class: className } };
}

/** A graph's run with a name of its own is the agent of that name at work. */
export function agentOfRun(span: ReadableSpan): string | undefined {
  const className = classNamed(span) ?? "";
  return CLASSES_OF_GRAPHS.test(className) ? runName(span, className) : undefined;
}

/** Between 0.16 and 0.24 the run's own name stands here. */
export function runName({ attributes }: ReadableSpan, className: string): string | undefined {
  const name = textAt(attributes, "traceloop.workflow.name");
  return name === className || name === "LangGraph" ? undefined : name;
}

/** A step of a graph, of which only calls that never reached a tool are actions. */
export function readStep(span: ReadableSpan): Reading | undefined {
  const { attributes } = span;
  const output = attributes[ENTITY_OUTPUT];
  return readStepOfTools(span, attributes[ENTITY_INPUT], output, () => captured(output));
}
