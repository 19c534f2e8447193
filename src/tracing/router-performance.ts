/** How a router performed on one query. */
export interface RouterPerformance {
  readonly queryText?: string | undefined;
  /** Milliseconds. */
  readonly routingDurationMs?: number | undefined;
  /** Answered from the cache. */
  readonly cacheHit?: boolean | undefined;
  /** How triggers were matched. */
  readonly triggerMatchStrategy?: string | undefined;
  /** What the confidence is made of. */
  readonly confidenceComponents?: object | undefined;
  /** How many were weighed. */
  readonly candidatesEvaluated?: number | undefined;
}
