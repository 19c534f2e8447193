/**
 * What the agent's thread says of its spans to the thread that reads them: operations one after another in one list, which travels as
 * JSON, because that costs the agent least. What JSON cannot say, and long texts, stand beside it and travel by the structured clone
 * algorithm.
 *
 * A span that starts and ends with no other ending in between is said once. Another one is said when somebody may look at it.
 */
export const SAY = {
  /** `number, parent, ...BEGINNING, name, ...ATTRIBUTES`: it has started. */
  START: 1,
  /** The same with what {@link END} says: it has started and ended. */
  WHOLE: 2,
  /** `number, isKept, name, ...ATTRIBUTES, endTime, status, events, links, dropped counts`. */
  END: 3,
  /** `number, name, ...ATTRIBUTES`: it is open, and says more. */
  UPDATE: 4,
  /** As {@link WHOLE}: it has ended, and its start was not seen; others are inside it. */
  KNOWN: 5,
  /** `number`, 0 for one that was not said, and the reason: it has ended, and was dropped. */
  LOST: 6,
  /** `number`: nobody can refer to it any more. */
  FORGET: 7,
  /** `number, attributes`: a resource. Attributes are a list of pairs while detectors are still at work. */
  RESOURCE: 8,
  /** `number, name, version`: an instrumentation scope. */
  SCOPE: 9,
} as const;

/** One batch of operations. */
export interface SpanBatch {
  /** JSON of the list. */
  readonly text: string;
  /** What the list refers to by `{ at: index }`. */
  readonly values: readonly unknown[];
  /** Spans that ended in it. */
  readonly ended: number;
  /** An estimate of what becomes of it in memory. */
  readonly bytes: number;
}

/** Stands in the list for a value beside it. */
export interface ValueBeside {
  readonly at: number;
}
