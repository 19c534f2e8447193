import { TransportError } from "../src/errors.js";
import { LIVE_EXPORTERS_KEY } from "../src/event/delivery-ack.js";
import { withAncestors } from "./correlate/span-ancestors.js";
import { type Plan, SpanCorrelator } from "./correlate/span-correlator.js";
import { attributionRecord } from "./deliver/attribution-record.js";
import type { ExporterStats } from "./deliver/delivery-counters.js";
import { DeliveryMetrics } from "./deliver/delivery-metrics.js";
import { RecordSink } from "./deliver/record-sink.js";
import type { Outcome } from "./deliver/send-queue.js";
import type { ExporterOptions } from "./options.js";
import type { ReadableSpan, SpanExporter } from "./read/sdk-types.js";
import { markAsOurs } from "./registration/own-members.js";
import { warnOfApiCopies } from "./registration/warn-of-api-copies.js";
import { largeAbove, resolveExporterOptions } from "./resolve-exporter-options.js";

/** What an exporter returns to its span processor: `0` success, `1` failure, as `ExportResultCode` of the SDK. */
type ExportResult = Parameters<Parameters<SpanExporter["export"]>[1]>[0];

const SUCCESS = 0;
const FAILED = 1;

/**
 * Sends the actions among ended spans to Kafka: a plain exporter, for a `BatchSpanProcessor` or a framework that takes one.
 * Where there is a choice, `AgentActionSpanProcessor` is better: it sees spans when they start, so it knows whose child a
 * span is, and nothing is lost in a queue before it.
 *
 *     new BatchSpanProcessor(new KafkaActionExporter({ brokers: "kafka:9092" }))
 *
 * It does not throw, changes no span, and calls back once, after every action of the call is acknowledged by Kafka or
 * dropped and counted. While Kafka is away that is not before it is back: the span processor's own timeout then goes on
 * without a result, and the events arrive all the same.
 *
 * An action whose agent, session or parent stands on a span that has not ended yet is sent without them, and says so. When that span
 * ends, an attribution of it is sent too, and the consumer completes the action.
 */
export class KafkaActionExporter implements SpanExporter {
  readonly #sink: RecordSink;
  readonly #correlator: SpanCorrelator;
  readonly #metrics: DeliveryMetrics;
  readonly #sender: string;
  #isLive = true;

  /** @throws ConfigError when a value in `options` cannot be used; it lists all of them */
  constructor(options: ExporterOptions = {}) {
    markAsOurs(this);
    const resolved = resolveExporterOptions(options);
    const { callsWithoutSpan, spanAttributions, maxCorrelationBytes, sender } = resolved;
    this.#sink = new RecordSink(resolved, options.redaction);
    this.#sender = sender;
    this.#metrics = new DeliveryMetrics({
      type: "kafka_action_exporter",
      maxQueueSize: resolved.maxQueueSize,
      stats: () => this.stats(),
    });
    this.#correlator = new SpanCorrelator({
      ...options,
      callsWithoutSpan,
      spanAttributions,
      maxCorrelationBytes,
      largeAbove: largeAbove(resolved),
    });
    countLive(+1);
  }

  export(spans: ReadableSpan[], resultCallback: (result: ExportResult) => void): void {
    this.#sink.guard(warnOfApiCopies);
    this.#sink.guard(() => this.#metrics.watch());
    const report = (result: ExportResult) => this.#sink.guard(() => resultCallback(result));
    const plan = this.#prepare(spans);
    if (plan === undefined) {
      report(failure(`events dropped: ${spans.length} internal_error`));
      return;
    }
    if (!this.#isLive) {
      for (const { transformed } of plan.spans) this.#sink.offer(transformed);
      report(failure("the exporter is shut down"));
      return;
    }
    const tally = new Tally(report);
    for (const { transformed } of plan.spans) {
      tally.expect();
      const taken = this.#sink.offer(transformed, (outcome) => tally.count(outcome));
      if (taken === "no_event") tally.count(DELIVERED);
    }
    // The pipeline keeps the events until they are delivered, so later spans may count on them.
    this.#sink.guard(() => this.#correlator.commit(plan));
    tally.expectNoMore();
    // Nobody waits for them: where their topic is missing, exporting goes on.
    this.#sink.guard(() => {
      for (const attribution of plan.attributions) this.#sink.pipeline.offer(attributionRecord(attribution));
    });
  }

  /** Resolves when everything that was exported before is delivered or dropped, or at the deadline `flushTimeoutMillis`. */
  async forceFlush(): Promise<void> {
    await this.#sink.pipeline.flushAndKeep();
  }

  /** Delivers what it can within `shutdownTimeoutMillis`, says what it could not, and disconnects. */
  shutdown(): Promise<void> {
    if (this.#isLive) countLive(-1);
    this.#isLive = false;
    return this.#sink.pipeline.shutdown();
  }

  /** Where everything is that was exported so far. */
  stats(): ExporterStats {
    return this.#sink.stats(this.#correlator.dialectErrors);
  }

  // An exporter sees spans only when they have ended, so what is around them is what came in the same call, and before.
  #prepare(spans: readonly ReadableSpan[]): Plan | undefined {
    try {
      return this.#correlator.prepare(withAncestors(spans), this.#sender);
    } catch (error) {
      for (const _ of spans) this.#sink.reportLoss(error);
      return undefined;
    }
  }
}

const DELIVERED: Outcome = { delivered: true };

/** Reports once, when as many outcomes are in as were expected. */
class Tally {
  readonly #report: (result: ExportResult) => void;
  #expected = 1;
  #lost = new Map<string, number>();

  constructor(report: (result: ExportResult) => void) {
    this.#report = report;
  }

  expect(): void {
    this.#expected++;
  }

  // The one that `#expected` began with: without it the first outcome could complete the tally before the last is expected.
  expectNoMore(): void {
    this.count(DELIVERED);
  }

  count(outcome: Outcome): void {
    // What is on the disk is sent later.
    if (!outcome.delivered && outcome.reason !== "spooled")
      this.#lost.set(outcome.reason, (this.#lost.get(outcome.reason) ?? 0) + 1);
    if (--this.#expected > 0) return;
    const reasons = [...this.#lost].map(([reason, count]) => `${count} ${reason}`);
    this.#report(reasons.length === 0 ? { code: SUCCESS } : failure(`events dropped: ${reasons.join(", ")}`));
  }
}

const failure = (message: string): ExportResult => ({ code: FAILED, error: new TransportError(message) });

function countLive(change: 1 | -1): void {
  const count: unknown = Reflect.get(globalThis, LIVE_EXPORTERS_KEY);
  Reflect.set(globalThis, LIVE_EXPORTERS_KEY, (typeof count === "number" ? count : 0) + change);
}
