import type { DeduplicatedSpan, MappedSpan } from "../../../exporter/correlate/map-spans.js";
import type { ActionEvent } from "../../event/index.js";
import { cutToWidth, padToWidth } from "../format/table.js";
import { formatCount, oneLine } from "../format/values.js";
import { wrapText } from "../framework/help.js";
import type { Output, Style } from "../framework/output.js";

/** What became of a span, for programs. */
export function explanation({ span, transformed, isReportedOnly }: MappedSpan): Record<string, unknown> {
  const { traceId, spanId } = span.spanContext();
  const which = {
    span: span.name,
    trace_id: traceId,
    span_id: spanId,
    scope: span.instrumentationScope.name,
  };
  if ("reason" in transformed) return { ...which, outcome: transformed.outcome, reason: transformed.reason };
  const { outcome, dialect } = transformed;
  if (transformed.outcome === "deduplicated") return { ...which, outcome, dialect, into: transformed.into };
  const action = actionOf(transformed);
  return {
    ...which,
    outcome,
    dialect,
    kind: transformed.kind,
    ...(action && { action_type: action.action_type, action_name: action.action_name, id: action.id }),
    ...(isReportedOnly && { without_span: true }),
    ...(action?.parent_action_id && { parent_action_id: action.parent_action_id }),
    ...(action?.merged_spans && { merged_spans: action.merged_spans }),
    ...(action?.possible_duplicate_of && { possible_duplicate_of: action.possible_duplicate_of }),
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
  const names = namesOf(mapped);
  const lines = mapped.flatMap((one) => {
    const shown = one.isReportedOnly ? "" : cutToWidth(oneLine(one.span.name), width);
    const words = wrapText(oneLine(inWords(one, names)), columns - margin.length);
    const isDim = "reason" in one.transformed;
    return words.map((line, at) => {
      const text = isDim ? style.dim(line) : line;
      return at === 0 ? `${padToWidth(shown, width)}  ${markOf(one, style)} ${text}` : margin + text;
    });
  });
  return [...lines, "", summaryOf(mapped)];
}

function markOf({ transformed: { outcome }, isReportedOnly }: MappedSpan, style: Style): string {
  if (outcome === "deduplicated") return style.accent("=>");
  if (isReportedOnly) return style.good("+>");
  return outcome === "event" ? style.good("->") : style.dim("--");
}

interface Names {
  /** Of spans, by their ids. */
  readonly spans: ReadonlyMap<string, string>;
  /** Of the spans that actions were made of, by the ids of the actions. */
  readonly actions: ReadonlyMap<string | undefined, string>;
}

function namesOf(mapped: readonly MappedSpan[]): Names {
  return {
    spans: new Map(mapped.map(({ span }) => [span.spanContext().spanId, span.name])),
    actions: new Map(mapped.map(({ span, transformed }) => [actionOf(transformed)?.id, span.name] as const)),
  };
}

function inWords({ transformed, isReportedOnly }: MappedSpan, names: Names): string {
  if ("reason" in transformed) return transformed.reason;
  if (transformed.outcome === "deduplicated") {
    const into = names.spans.get(transformed.into);
    return `the same call as ${into ?? "the span"} ${transformed.into} (${transformed.dialect})`;
  }
  const action = actionOf(transformed);
  const what = action ? `${action.action_type} ${action.action_name}` : transformed.kind;
  return [
    `${what} (${transformed.dialect})`,
    ...(action?.merged_spans
      ? [`also seen by ${action.merged_spans.map(({ source }) => source).join(", ")}`]
      : []),
    ...(action?.possible_duplicate_of
      ? [
          `may be the same call as ${names.actions.get(action.possible_duplicate_of) ?? action.possible_duplicate_of}`,
        ]
      : []),
    ...(isReportedOnly ? ["has no span; reported to the model of the span above"] : []),
  ].join("; ");
}

function actionOf(transformed: MappedSpan["transformed"]): ActionEvent | undefined {
  return transformed.outcome === "event" && transformed.kind === "action"
    ? (transformed.event as ActionEvent)
    : undefined;
}

function summaryOf(mapped: readonly MappedSpan[]): string {
  const count = (outcome: DeduplicatedSpan["outcome"] | "event") =>
    mapped.filter(({ transformed }) => transformed.outcome === outcome).length;
  const reported = mapped.filter(({ isReportedOnly }) => isReportedOnly).length;
  return [
    formatCount(mapped.length - reported, "span"),
    formatCount(count("event"), "event"),
    ...(count("deduplicated") > 0 ? [`${count("deduplicated")} deduplicated`] : []),
    ...(reported > 0 ? [`${formatCount(reported, "call")} without a span`] : []),
  ].join(", ");
}
