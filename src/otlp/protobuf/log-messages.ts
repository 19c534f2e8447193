/** The messages of a log export: opentelemetry-proto 1.x, logs/v1 and collector/logs/v1. */
import { ANY_VALUE, KEY_VALUE, message, RESOURCE, SCOPE, type SignalMessages } from "./messages.js";

const LOG_RECORD = message({
  1: { name: "timeUnixNano", is: "fixed64" },
  2: { name: "severityNumber", is: "int32" },
  3: { name: "severityText", is: "text" },
  5: { name: "body", is: ANY_VALUE },
  6: { name: "attributes", is: KEY_VALUE, many: true },
  7: { name: "droppedAttributesCount", is: "int32" },
  9: { name: "traceId", is: "hex" },
  10: { name: "spanId", is: "hex" },
  11: { name: "observedTimeUnixNano", is: "fixed64" },
  12: { name: "eventName", is: "text" },
});

const SCOPE_LOGS = message({
  1: { name: "scope", is: SCOPE },
  2: { name: "logRecords", is: LOG_RECORD, many: true },
});

const RESOURCE_LOGS = message({
  1: { name: "resource", is: RESOURCE },
  2: { name: "scopeLogs", is: SCOPE_LOGS, many: true },
});

/** An `ExportLogsServiceRequest`. */
export const LOG_MESSAGES: SignalMessages = { group: RESOURCE_LOGS, item: LOG_RECORD };
