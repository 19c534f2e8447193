import type { ReadableSpan } from "@opentelemetry/sdk-trace-base";
import type { Transformed } from "../../../exporter/transform.js";
import { formatCount } from "../format/count.js";
import { oneLine } from "../format/one-line.js";
import { cutToWidth, padToWidth } from "../format/text-width.js";
import type { Output } from "../framework/output.js";
import { wrapText } from "../framework/wrap-text.js";

export interface MappedSpan {
  readonly span: ReadableSpan;
  readonly transformed: Transformed;
}

/** What became of a span, for programs. */
export function explanation(span: ReadableSpan, transformed: Transformed): Record<string, unknown> {
  const { traceId, spanId } = span.spanContext();
  const which = {
    span: span.name,
    trace_id: traceId,
    span_id: spanId,
    scope: span.instrumentationScope.name,
  };
  if (transformed.outcome === "not_an_action")
    return { ...which, outcome: "not_an_action", reason: transformed.reason };
  const { kind, dialect, event } = transformed;
  return {
    ...which,
    outcome: "event",
    dialect,
    kind,
    ...("action_type" in event ? { action_type: event.action_type, action_name: event.action_name } : {}),
  };
}

const MAX_NAME = 34;

/** The same for people: the span, what it becomes, and the dialect that says so or the reason why it is none. */
export function explanationTable(
  mapped: readonly MappedSpan[],
  { style, columns }: Pick<Output, "style" | "columns">,
): string[] {
  const width = Math.min(MAX_NAME, Math.max(4, ...mapped.map(({ span }) => span.name.length)));
  const margin = " ".repeat(width + 5);
  const lines = mapped.flatMap(({ span, transformed }) => {
    const name = padToWidth(cutToWidth(oneLine(span.name), width), width);
    const isEvent = transformed.outcome === "event";
    const [first = "", ...others] = wrapText(oneLine(inWords(transformed)), columns - margin.length);
    const mark = isEvent ? style.good("->") : style.dim("--");
    const words = isEvent ? [first, ...others] : [first, ...others].map(style.dim);
    return words.map((line, at) => (at === 0 ? `${name}  ${mark} ${line}` : margin + line));
  });
  const events = mapped.filter(({ transformed }) => transformed.outcome === "event").length;
  return [...lines, "", `${formatCount(mapped.length, "span")}, ${formatCount(events, "event")}`];
}

function inWords(transformed: Transformed): string {
  if (transformed.outcome === "not_an_action") return transformed.reason;
  const { event, kind, dialect } = transformed;
  const what = "action_type" in event ? `${event.action_type} ${event.action_name}` : kind;
  return `${what} (${dialect})`;
}
