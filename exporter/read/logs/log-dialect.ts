import type { IgnoredReading } from "../dialects/dialect.js";
import type { Report } from "../reports/report.js";
import type { ReadableSpan } from "../sdk-types.js";
import type { LogRecord } from "./log-record.js";

/**
 * One way in which programs write down as log records what an agent does. The name of the event decides who reads a record, and its scope only
 * where the name has lost its prefix: the same program has had several.
 */
export interface LogDialect {
  /** Stands in the event's `source`. */
  readonly name: string;
  /** What the names of its events begin with, such as `claude_code.`. */
  readonly prefix: string;
  /** Names of events of it without the prefix. */
  readonly others?: readonly string[];
  /**
   * What the record says; `undefined` where the dialect does not know the event. May throw when a record is not what it seems.
   *
   * @param event the name without the prefix
   */
  read(record: LogRecord, event: string): LogReading | undefined;
}

export type LogReading = Report | SpanPartReading | IgnoredReading;

/**
 * The record says what belongs into a span: the contents of a model's call, which the conventions have moved from spans to events. As a span with the
 * ids of that one, so that calls are correlated with it by the rules for spans.
 */
export interface SpanPartReading {
  readonly is: "span_part";
  readonly span: ReadableSpan;
}
