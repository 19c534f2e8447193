import { isPlainObject } from "../../src/event/json.js";
import type { LogRecord } from "../read/logs/log-record.js";
import { anyValue, attributesOf, enumOf, hexId, hrTime, scopeOf, textOf } from "./otlp-values.js";

export type LogRecordReading =
  | { readonly ok: true; readonly record: LogRecord }
  | { readonly ok: false; readonly problem: string };

/** One log record of an OTLP/JSON document; or what is wrong with it. */
export function readLogRecord(value: unknown, resource: unknown, scope: unknown): LogRecordReading {
  if (!isPlainObject(value)) return { ok: false, problem: "not an object" };
  const time = hrTime(value.timeUnixNano) ?? hrTime(value.observedTimeUnixNano);
  if (time === undefined)
    return { ok: false, problem: "neither timeUnixNano nor observedTimeUnixNano is a time in nanoseconds" };
  return {
    ok: true,
    record: {
      eventName: textOf(value.eventName),
      time,
      severity: enumOf(value.severityNumber, []),
      body: value.body === undefined ? undefined : anyValue(value.body),
      attributes: attributesOf(value.attributes),
      traceId: idAt(value.traceId, 16),
      spanId: idAt(value.spanId, 8),
      resource: attributesOf(isPlainObject(resource) ? resource.attributes : undefined),
      scope: scopeOf(scope),
    },
  };
}

// All zeros say that no span was active.
function idAt(value: unknown, bytes: number): string | undefined {
  const id = hexId(value, bytes);
  return id === undefined || /^0+$/.test(id) ? undefined : id;
}
