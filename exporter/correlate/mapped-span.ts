import type { ReadableSpan } from "../read/sdk-types.js";
import type { Transformed } from "../read/transform.js";

/** A span that ended, with the spans around it that are known. */
export interface SpanToMap {
  readonly span: ReadableSpan;
  /** Nearest first. */
  readonly ancestors: readonly ReadableSpan[];
}

/** The span recorded a call that another span recorded as well, and that one's event stands for both. */
export interface DeduplicatedSpan {
  readonly outcome: "deduplicated";
  /** The id of the span whose event stands for both. */
  readonly into: string;
  /** The dialect of the span. */
  readonly dialect: string;
}

export type SpanOutcome = Transformed | DeduplicatedSpan;

/** The outcome that is an event. */
export type EventOutcome = Extract<Transformed, { readonly outcome: "event" }>;

export interface MappedSpan {
  readonly span: ReadableSpan;
  readonly transformed: SpanOutcome;
  /**
   * The event is a call that has no span of its own: `span` is a model's, which reports it, and has an entry of its own
   * before this one.
   */
  readonly isReportedOnly?: true;
}
