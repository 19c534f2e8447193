/**
 * The messages of an OTLP trace export, as far as actions are read from them: number, name and kind of each field, from
 * opentelemetry-proto 1.x (trace/v1, common/v1, resource/v1, collector/trace/v1). The names are those of OTLP/JSON, so
 * whatever reads OTLP/JSON reads these too.
 */
export interface Field {
  readonly name: string;
  readonly is: "text" | "bool" | "int64" | "int32" | "fixed64" | "double" | "hex" | "base64" | Message;
  /** It may come several times; the value is a list. */
  readonly many?: true;
}

/** Fields by their numbers. */
export interface Message {
  readonly fields: ReadonlyMap<number, Field>;
  /** Only one of its fields has a value: the last one that came. */
  readonly isOneof?: true;
}

// Values hold lists of values: the maps are filled below, when every message has a name.
const valueFields = new Map<number, Field>();
const ANY_VALUE: Message = { fields: valueFields, isOneof: true };

const KEY_VALUE = message({ 1: { name: "key", is: "text" }, 2: { name: "value", is: ANY_VALUE } });
const ARRAY_VALUE = message({ 1: { name: "values", is: ANY_VALUE, many: true } });
const KEY_VALUE_LIST = message({ 1: { name: "values", is: KEY_VALUE, many: true } });

valueFields
  .set(1, { name: "stringValue", is: "text" })
  .set(2, { name: "boolValue", is: "bool" })
  .set(3, { name: "intValue", is: "int64" })
  .set(4, { name: "doubleValue", is: "double" })
  .set(5, { name: "arrayValue", is: ARRAY_VALUE })
  .set(6, { name: "kvlistValue", is: KEY_VALUE_LIST })
  .set(7, { name: "bytesValue", is: "base64" });

const EVENT = message({
  1: { name: "timeUnixNano", is: "fixed64" },
  2: { name: "name", is: "text" },
  3: { name: "attributes", is: KEY_VALUE, many: true },
});

const LINK = message({
  1: { name: "traceId", is: "hex" },
  2: { name: "spanId", is: "hex" },
  4: { name: "attributes", is: KEY_VALUE, many: true },
});

const STATUS = message({ 2: { name: "message", is: "text" }, 3: { name: "code", is: "int32" } });

export const SPAN = message({
  1: { name: "traceId", is: "hex" },
  2: { name: "spanId", is: "hex" },
  3: { name: "traceState", is: "text" },
  4: { name: "parentSpanId", is: "hex" },
  5: { name: "name", is: "text" },
  6: { name: "kind", is: "int32" },
  7: { name: "startTimeUnixNano", is: "fixed64" },
  8: { name: "endTimeUnixNano", is: "fixed64" },
  9: { name: "attributes", is: KEY_VALUE, many: true },
  10: { name: "droppedAttributesCount", is: "int32" },
  11: { name: "events", is: EVENT, many: true },
  12: { name: "droppedEventsCount", is: "int32" },
  13: { name: "links", is: LINK, many: true },
  14: { name: "droppedLinksCount", is: "int32" },
  15: { name: "status", is: STATUS },
});

const RESOURCE = message({ 1: { name: "attributes", is: KEY_VALUE, many: true } });
const SCOPE = message({ 1: { name: "name", is: "text" }, 2: { name: "version", is: "text" } });

const SCOPE_SPANS = message({
  1: { name: "scope", is: SCOPE },
  2: { name: "spans", is: SPAN, many: true },
});

/** One entry of `ExportTraceServiceRequest.resource_spans`, which is its field 1. */
export const RESOURCE_SPANS = message({
  1: { name: "resource", is: RESOURCE },
  2: { name: "scopeSpans", is: SCOPE_SPANS, many: true },
});

function message(fields: Readonly<Record<number, Field>>): Message {
  return { fields: new Map(Object.entries(fields).map(([number, field]) => [Number(number), field])) };
}
