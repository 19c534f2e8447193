import type { MetricFamily } from "../internal/metric-family.js";

/** What the HTTP server tells about the process that it runs in. The server knows no consumer; it is handed these. */
export interface ServiceProbes {
  health(): HealthReport;
  readiness(): ReadinessReport;
  /** Answered as JSON as it is. */
  metrics(): object;
  families(): readonly MetricFamily[];
}

export interface HealthReport {
  readonly status: "healthy" | "unhealthy";
  /** State of the consumer. */
  readonly consumer: string;
  /** Why not healthy. */
  readonly problems: readonly string[];
  readonly [detail: string]: unknown;
}

export interface ReadinessReport {
  readonly ready: boolean;
  readonly [detail: string]: unknown;
}
