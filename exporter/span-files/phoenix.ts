/**
 * Spans of Phoenix: responses of its API and its command line, trace files of its clients, and rows of a dataframe, as CSV or as
 * JSON lines, where a column is a dotted path. https://arize.com/docs/phoenix
 */
import type { HrTime } from "@opentelemetry/api";
import { isPlainObject } from "../../src/event/json.js";
import { ATTR_CORRELATION_ID } from "../../src/event/semconv.js";
import type { Attributes } from "../read/dialects/common/attributes.js";
import { decodeJson } from "../read/dialects/common/decode-json.js";
import { readableSpan, type SpanEvent } from "../read/readable-span.js";
import type { ReadableSpan } from "../read/sdk-types.js";
import { flatten } from "./flatten.js";
import { InspectedText } from "./parse-inspected.js";
import type { SpanFileFormat } from "./span-file-format.js";
import { isTraceId, spanIdOf, traceIdOf } from "./span-ids.js";
import { timeOfCount, timeOfText } from "./span-time.js";
import { statusCodeOf } from "./status-code.js";
import { textOf } from "./text-of.js";

type Row = Readonly<Record<string, unknown>>;

export const phoenixFormat: SpanFileFormat = {
  name: "Phoenix spans",
  matches: (value) => rowsIn(value).some(({ row }) => isSpan(row)),
  read: (value, problems, place) =>
    rowsIn(value).flatMap(({ row, at }) => {
      const read = spanOf(row);
      if (typeof read !== "string") return [read];
      problems.push(`${place}${at}${read}`);
      return [];
    }),
};

function rowsIn(value: unknown): readonly { readonly row: Row; readonly at: string }[] {
  if (!isPlainObject(value)) return [];
  const name = ["spans", "data"].find((member) => Array.isArray(value[member]));
  if (name === undefined) return [{ row: value, at: "" }];
  const rows: unknown = value[name];
  if (!Array.isArray(rows)) return [];
  return rows.flatMap((row: unknown, index) =>
    isPlainObject(row) ? [{ row, at: `${name}[${index}]: ` }] : [],
  );
}

const isSpan = (row: Row): boolean =>
  row.span_kind !== undefined && (isPlainObject(row.context) || row["context.trace_id"] !== undefined);

function spanOf(row: Row): ReadableSpan | string {
  const context = isPlainObject(row.context) ? row.context : {};
  const foreignTrace = textOf(context.trace_id ?? row["context.trace_id"]);
  const traceId = traceIdOf(foreignTrace);
  const spanId = spanIdOf(context.span_id ?? row["context.span_id"]);
  const startTime = timeOf(row.start_time);
  if (traceId === undefined) return "no context.trace_id";
  if (spanId === undefined) return "no context.span_id";
  if (startTime === undefined) return "start_time is not a time";
  const message = row.status_message;
  return readableSpan({
    traceId,
    spanId,
    parentSpanId: spanIdOf(row.parent_id),
    name: textOf(row.name),
    kind: 0,
    startTime,
    endTime: timeOf(row.end_time) ?? [0, 0],
    status: {
      code: statusCodeOf(row.status_code),
      ...(typeof message === "string" && message !== "" && { message }),
    },
    attributes: {
      ...kindOf(row.span_kind),
      ...attributesOf(row),
      ...(!isTraceId(foreignTrace) && { [ATTR_CORRELATION_ID]: foreignTrace }),
    },
    events: eventsOf(row.events),
    scope: { name: "" },
  });
}

// A dataframe written as JSON has milliseconds.
const timeOf = (value: unknown): HrTime | undefined =>
  typeof value === "number" ? timeOfCount(value, "millis") : timeOfText(value);

function kindOf(kind: unknown): Attributes {
  const known = typeof kind === "string" && kind !== "" && kind.toUpperCase() !== "UNKNOWN";
  return known ? { "openinference.span.kind": kind.toUpperCase() } : {};
}

const COLUMN = "attributes.";

// One member, nested or flat; or a column for each.
function attributesOf(row: Row): Attributes {
  if (row.attributes !== undefined) return flatten(jsonIn(row.attributes));
  const columns = Object.entries(row).filter(([key, value]) => key.startsWith(COLUMN) && value !== null);
  return Object.assign({}, ...columns.map(([key, value]) => columnOf(key.slice(COLUMN.length), value)));
}

const columnOf = (name: string, value: unknown): Attributes =>
  LISTS.has(name) ? flatten(jsonIn(value), name) : flatten(value, name);

/** Columns that hold a list of objects. In all others a text with JSON is the attribute's own. */
const LISTS = new Set([
  "llm.input_messages",
  "llm.output_messages",
  "llm.tools",
  "retrieval.documents",
  "reranker.input_documents",
  "reranker.output_documents",
]);

function eventsOf(value: unknown): readonly SpanEvent[] {
  const events = jsonIn(value);
  return (Array.isArray(events) ? events : []).filter(isPlainObject).map((event) => ({
    name: textOf(event.name),
    time: timeOf(event.timestamp) ?? [0, 0],
    attributes: {
      ...(typeof event.message === "string" && { "exception.message": event.message }),
      ...flatten(event.attributes),
    },
  }));
}

// Cells of a spreadsheet are texts: JSON, or what Python prints of lists.
function jsonIn(value: unknown): unknown {
  if (typeof value !== "string") return value;
  const decoded = decodeJson(value);
  if (typeof decoded !== "string") return decoded;
  try {
    return new InspectedText(value).value();
  } catch {
    return value;
  }
}
