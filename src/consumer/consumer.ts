import pino, { type Logger } from "pino";
import { EnvReader } from "../config/env-reader.js";
import { ConfigError } from "../errors.js";
import type { MetricFamily } from "../internal/metric-family.js";
import { type ConsumerMetrics, consumerMetrics } from "./consumer-metrics.js";
import { type ConsumerParts, inFlight, startParts } from "./consumer-parts.js";
import { type ConsumerStatus, consumerStatus } from "./consumer-status.js";
import { metricFamilies } from "./metric-families.js";
import { type ConsumerOptions, type ResolvedConsumerOptions, resolveConsumerOptions } from "./options.js";
import { stopParts } from "./stop-parts.js";

export interface ActionConsumer {
  /** Resolves with `true` when the consumer could take a record for the first time, with `false` when it never could. */
  readonly ready: Promise<boolean>;
  /** Resolves when the consumer has stopped. */
  readonly done: Promise<void>;
  status(): ConsumerStatus;
  metrics(): ConsumerMetrics;
  /** The metrics in the terms of Prometheus. */
  families(): readonly MetricFamily[];
  /**
   * Finishes what was read, commits, leaves the group and closes. Rejects with `ShutdownError` when the deadline passes
   * with something unfinished; it is closed then too. Calling it again waits for the same end.
   *
   * @param deadlineMillis default: `shutdownDeadlineMillis` of the options
   */
  stop(deadlineMillis?: number): Promise<void>;
}

/**
 * Consumes the topics of events into their tables until it is stopped. Throws `ConfigError`, with all problems at once, before
 * anything connects. After that it waits for Kafka, for topics and for Postgres as long as it takes, also at the start,
 * and says so in its status and its log.
 */
export async function startConsumer(options: ConsumerOptions = {}): Promise<ActionConsumer> {
  const env = new EnvReader(options.env ?? process.env);
  const resolved = resolveConsumerOptions(options, env);
  if (env.problems.length > 0) throw new ConfigError(env.problems);
  const log = options.logger ?? pino({ level: resolved.logLevel });
  for (const notice of env.notices) log.warn(notice);
  return runConsumer(resolved, log);
}

/** The same with options that are resolved already. */
export function runConsumer(options: ResolvedConsumerOptions, log: Logger): ActionConsumer {
  return new RunningConsumer(startParts(options, log));
}

const READY_CHECK_MILLIS = 50;

class RunningConsumer implements ActionConsumer {
  readonly ready: Promise<boolean>;
  readonly done: Promise<void>;
  readonly #parts: ConsumerParts;
  #phase: "running" | "stopping" | "stopped" = "running";
  #stopped: Promise<void> | undefined;
  #reportDone: () => void = () => undefined;

  constructor(parts: ConsumerParts) {
    this.#parts = parts;
    this.done = new Promise((resolve) => {
      this.#reportDone = resolve;
    });
    this.ready = this.#becomeReady();
  }

  status(): ConsumerStatus {
    const { stats, offsets, buffer, source, postgres, deadLetterTopic, options } = this.#parts;
    return consumerStatus({
      now: performance.now(),
      phase: this.#phase,
      source: source.status,
      postgres,
      deadLetterTopic,
      lag: source.lag ?? offsets.lag,
      inFlight: inFlight(this.#parts),
      progressAt: Math.max(stats.committedAt, buffer.idleAt),
      unhealthyAfterMillis: options.unhealthyAfterMillis,
      hasDefect: stats.defect !== undefined,
    });
  }

  metrics(): ConsumerMetrics {
    const { stats, offsets, source, producers, options } = this.#parts;
    return consumerMetrics({
      stats,
      producers: producers.status,
      status: this.status(),
      source: source.status,
      topics: options.topics,
      // Each process of an agent would be a partition of its own.
      progress: source.lag === undefined ? offsets.progress() : [],
    });
  }

  families(): readonly MetricFamily[] {
    return metricFamilies(this.metrics(), this.status());
  }

  stop(deadlineMillis = this.#parts.options.shutdownDeadlineMillis): Promise<void> {
    if (this.#stopped === undefined) {
      this.#phase = "stopping";
      this.#stopped = stopParts(this.#parts, deadlineMillis).finally(() => {
        this.#phase = "stopped";
        this.#reportDone();
      });
    }
    return this.#stopped;
  }

  #becomeReady(): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setInterval(() => {
        const ready = this.status().ready;
        if (!ready && this.#phase === "running") return;
        clearInterval(timer);
        resolve(ready);
      }, READY_CHECK_MILLIS);
    });
  }
}
