import { TraceFlags } from "@opentelemetry/api";
import type { ReadableSpan } from "./sdk-types.js";

export const isSampled = (span: ReadableSpan): boolean =>
  (span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0;
