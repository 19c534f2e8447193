import type { HrTime } from "@opentelemetry/api";
import type { Attributes } from "../dialects/common/attributes.js";

/** A log record of OpenTelemetry, as far as events are read from it. https://opentelemetry.io/docs/specs/otel/logs/data-model/ */
export interface LogRecord {
  /** The field `event_name`; empty where the SDK is older than it. */
  readonly eventName: string;
  /** When it happened, else when it was seen. */
  readonly time: HrTime;
  /** `SeverityNumber`; 17 and above are errors. 0 where it is not said. */
  readonly severity: number;
  readonly body: unknown;
  readonly attributes: Attributes;
  /** Of the span that was active, lower-case hex. */
  readonly traceId: string | undefined;
  readonly spanId: string | undefined;
  /** Attributes of the resource. */
  readonly resource: Attributes;
  readonly scope: { readonly name: string; readonly version?: string };
}
