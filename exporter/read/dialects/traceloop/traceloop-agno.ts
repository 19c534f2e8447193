import type { ReadableSpan } from "../../sdk-types.js";
import { scopeName, textAt } from "../common/attributes.js";

/** A run or a tool that was cut off: the instrumentation marks all others OK or failed, and writes what came of them. */
export const wasCutOff = (span: ReadableSpan): boolean =>
  span.ended &&
  span.status.code === 0 &&
  /^opentelemetry\.instrumentation\.agno$/.test(scopeName(span)) &&
  textAt(span.attributes, "traceloop.entity.output") === undefined;
