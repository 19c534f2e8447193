/** OpenLIT (Python), which follows the GenAI conventions, and records more of CrewAI than what an agent does. */
import type { ReadableSpan } from "../../sdk-types.js";
import type { IgnoredReading } from "../dialect.js";
import { firstPresent, scopeName } from "./attributes.js";
import type { Failure } from "./failure.js";

export const isOpenLit = (span: ReadableSpan): boolean => scopeName(span).startsWith("openlit.");

/** Of what failed or was cut off it writes no more than the span's name: `invoke_workflow Refunds`. */
export function namedOperation(span: ReadableSpan): { operation: string; name: string } | undefined {
  const [, operation, name] = /^(invoke_(?:agent|workflow)|execute_tool) (.+)$/.exec(span.name) ?? [];
  return operation === undefined || name === undefined || !isOpenLit(span) ? undefined : { operation, name };
}

/** The name of a run of which there is no more than the span's name. */
export function namedRun(span: ReadableSpan): string | undefined {
  const named = namedOperation(span);
  return named?.operation === "execute_tool" ? undefined : named?.name;
}

/** What was cut off has no status, where everything else is marked OK or failed, and nothing but its name. */
export function unfinished(span: ReadableSpan): Failure | undefined {
  const isCutOff =
    span.ended &&
    span.status.code === 0 &&
    namedOperation(span) !== undefined &&
    !("gen_ai.operation.name" in span.attributes) &&
    !LEFT_OPEN.test(scopeName(span));
  return isCutOff ? { type: "Error", message: undefined } : undefined;
}

/** What is a generator there ends so whatever came of it. */
const LEFT_OPEN = /^openlit\.instrumentation\.google_adk$/;

/** CrewAI runs an agent as a flow: its methods are recorded as agents without a name, and the flow as a workflow inside of the agent. */
export function flowOfAgent(
  operation: string,
  span: ReadableSpan,
  ancestors: readonly ReadableSpan[],
): IgnoredReading | undefined {
  if (!isOpenLit(span)) return undefined;
  const isMethod =
    operation === "invoke_agent" &&
    "gen_ai.operation.name" in span.attributes &&
    firstPresent(span.attributes, ["gen_ai.agent.name", "gen_ai.agent.id"]) === undefined;
  const isInside = operation === "invoke_workflow" && ancestors.some(isOpenLit);
  return isMethod || isInside
    ? { is: "ignored", reason: "a part of the flow that an agent of CrewAI runs as" }
    : undefined;
}
