import type { Logger } from "pino";
import { backoffMillis } from "../internal/backoff-millis.js";
import { type FailureReport, failureReport } from "./failure-report.js";

export interface OutageWatchOptions {
  /** What it is about, as it stands in logs and metrics. */
  readonly component: FailureReport["component"];
  /** Failures in a row that are a hiccup; one more is an outage. */
  readonly retries: number;
  readonly log: Logger;
  /** Called for every failure. */
  readonly onFailure?: (failure: FailureReport) => void;
}

const BACKOFF = { initialMillis: 100, maximumMillis: 5_000 };

/**
 * Follows one thing that the consumer cannot do without, such as Postgres. It is well, or it has failed for some time;
 * whoever uses it reports how that went. The log has one line when an outage begins and one when it ends, whatever the
 * number of attempts in between.
 */
export class OutageWatch {
  readonly #options: OutageWatchOptions;
  #failures = 0;
  #failingSince: number | undefined;
  #lastSuccess: number | undefined;

  constructor(options: OutageWatchOptions) {
    this.#options = options;
  }

  /** `performance.now()` at the first failure since the last success; `undefined` when all is well. */
  get failingSince(): number | undefined {
    return this.#failingSince;
  }

  /** `performance.now()` at the last success. */
  get lastSuccess(): number | undefined {
    return this.#lastSuccess;
  }

  /** Short failures are over: this is an outage, and the reader should wait too. */
  get isOutage(): boolean {
    return this.#failures > this.#options.retries;
  }

  succeeded(): void {
    const { component, log } = this.#options;
    this.#lastSuccess = performance.now();
    if (this.#failingSince === undefined) return;
    const lasted_ms = Math.round(this.#lastSuccess - this.#failingSince);
    const lasted = { component, lasted_ms, failures: this.#failures };
    if (this.isOutage) log.info(lasted, `${component} is back`);
    this.#failures = 0;
    this.#failingSince = undefined;
  }

  /**
   * @param attempt how often in a row this caller has failed
   * @returns how long it should wait before it tries again
   */
  failed(error: unknown, attempt: number): number {
    const { component, log, onFailure } = this.#options;
    const failure = failureReport(component, error);
    const wasOutage = this.isOutage;
    this.#failures += 1;
    this.#failingSince ??= performance.now();
    onFailure?.(failure);
    if (this.isOutage && !wasOutage)
      log.error(failure, `${component} is away: waiting for it, nothing is lost`);
    else log.debug(failure, `${component} failed, trying again`);
    return backoffMillis(attempt, BACKOFF);
  }
}
