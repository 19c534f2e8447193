/** Agno under OpenLLMetry: what a tool gave is written as Python prints Agno's own result, with the value and the error in it. */
import type { ReadableSpan } from "../../sdk-types.js";
import { scopeName, textAt } from "../common/attributes.js";
import type { Captured } from "../common/captured.js";
import { decodePrintedFields } from "../common/decode-python.js";
import type { LangChainOutput } from "../common/langchain-output.js";

/** `status='failure' result=None error='card declined' updated_session_state=None ...` */
export function unwrapAgnoResult(value: Captured): LangChainOutput | undefined {
  if (typeof value !== "string" || !/^status='(?:success|failure)' result=/.test(value)) return undefined;
  const fields = decodePrintedFields(value);
  if (fields === undefined) return undefined;
  const { status, result, error } = fields;
  if (status !== "failure") return { result: isObject(result) ? undefined : result };
  return { result: undefined, error: typeof error === "string" && error !== "" ? error : "the tool failed" };
}

// A generator whose values came after the span.
const isObject = (value: unknown): boolean =>
  typeof value === "string" && /^<.{1,400} object .{1,400}>$/.test(value);

/** A run or a tool that was cut off: the instrumentation marks all others OK or failed, and writes what came of them. */
export const wasCutOff = (span: ReadableSpan): boolean =>
  span.ended &&
  span.status.code === 0 &&
  /^opentelemetry\.instrumentation\.agno$/.test(scopeName(span)) &&
  textAt(span.attributes, "traceloop.entity.output") === undefined;
