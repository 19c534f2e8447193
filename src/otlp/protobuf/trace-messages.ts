/** The messages of a trace export, as far as actions are read from them: opentelemetry-proto 1.x, trace/v1 and collector/trace/v1. */
import { KEY_VALUE, message, RESOURCE, SCOPE, type SignalMessages } from "./messages.js";

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

const SPAN = message({
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

const SCOPE_SPANS = message({
  1: { name: "scope", is: SCOPE },
  2: { name: "spans", is: SPAN, many: true },
});

const RESOURCE_SPANS = message({
  1: { name: "resource", is: RESOURCE },
  2: { name: "scopeSpans", is: SCOPE_SPANS, many: true },
});

/** An `ExportTraceServiceRequest`. */
export const TRACE_MESSAGES: SignalMessages = { group: RESOURCE_SPANS, item: SPAN };
