import { ATTR_GEN_AI_OPERATION_NAME } from "../../../../src/event/semconv.js";
import type { ReadableSpan } from "../../sdk-types.js";
import { textAt } from "../common/attributes.js";
import { type Captured, captured } from "../common/captured.js";
import { type Failure, readFailure } from "../common/failure.js";

/** What a span of Mastra is: `tool_call`, `agent_run`, `workflow_step`... `undefined` for a span of anybody else. */
export const typeOf = ({ attributes }: ReadableSpan): string | undefined =>
  textAt(attributes, "mastra.span.type");

/** What neither a tool nor a model was given and gave stands under its type. */
export const inputOf = (span: ReadableSpan): Captured =>
  captured(span.attributes[`mastra.${typeOf(span)}.input`]);
export const outputOf = (span: ReadableSpan): Captured =>
  captured(span.attributes[`mastra.${typeOf(span)}.output`]);

export const failureOf = (span: ReadableSpan, result: Captured): Failure | undefined =>
  readFailure(span, result !== undefined);

/** The rest of the span's name: most are named by their type, some by an operation of the conventions. */
export function afterType({ name, attributes }: ReadableSpan): string {
  const operation = textAt(attributes, ATTR_GEN_AI_OPERATION_NAME);
  return operation !== undefined && name.startsWith(`${operation} `)
    ? name.slice(operation.length + 1)
    : name;
}
