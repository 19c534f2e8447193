/** Which agent a router chose. */
export interface RoutingDecision {
  readonly userRequest?: string | undefined;
  readonly selectedAgent?: string | undefined;
  /** 0 to 1. */
  readonly confidenceScore?: number | undefined;
  /** The others that were weighed. */
  readonly alternatives?: readonly RoutingAlternative[] | undefined;
  readonly reasoning?: string | undefined;
  readonly routingStrategy?: string | undefined;
  /** What the router saw; stored as `context_snapshot`. */
  readonly context?: object | undefined;
  /** Milliseconds. */
  readonly routingTimeMs?: number | undefined;
}

export interface RoutingAlternative {
  readonly agent: string;
  /** 0 to 1. */
  readonly confidence?: number | undefined;
  readonly reason?: string | undefined;
  readonly [more: string]: unknown;
}
