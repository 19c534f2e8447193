import type { SpanNames } from "../../read/span-reader.js";

/** Each value from the span itself, or from what is around it. A correlation id and its text belong together. */
export function nearestNames(own: SpanNames, around: SpanNames | undefined): SpanNames {
  const correlation = own.correlation_id === undefined ? around : own;
  return {
    agent_name: own.agent_name ?? around?.agent_name,
    session_id: own.session_id ?? around?.session_id,
    correlation_id: correlation?.correlation_id,
    correlation_text: correlation?.correlation_text,
  };
}
