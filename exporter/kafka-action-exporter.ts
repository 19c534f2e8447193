import { TransportError } from "../src/errors.js";
import { LIVE_EXPORTERS_KEY } from "../src/event/delivery-ack.js";
import type { SpanAttribution } from "../src/event/index.js";
import { type MappedSpan, SpanMapper } from "./correlate/map-spans.js";
import { withAncestors } from "./correlate/span-ancestors.js";
import { factRecord } from "./correlate/span-attributions/attribution-record.js";
import { SpanAttributions } from "./correlate/span-attributions/span-attributions.js";
import type { ExporterStats } from "./deliver/delivery-counters.js";
import { RecordSink } from "./deliver/record-sink.js";
import type { Outcome } from "./deliver/send-queue.js";
import { type ExporterOptions, resolveExporterOptions } from "./options.js";
import type { ReadableSpan, SpanExporter } from "./read/sdk-types.js";
import { warnOfApiCopies } from "./registration/warn-of-api-copies.js";

/** What an exporter tells its span processor: `0` success, `1` failure, as `ExportResultCode` of the SDK. */
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
 * without an answer, and the events arrive all the same.
 *
 * An action whose agent, session or parent stands on a span that has not ended yet is sent without them, and says so. When that span
 * ends, a fact about it is sent too, and the consumer completes the action.
 */
export class KafkaActionExporter implements SpanExporter {
  readonly #sink: RecordSink;
  readonly #mapper: SpanMapper;
  readonly #facts: SpanAttributions;
  #isLive = true;

  /** @throws ConfigError when a value in `options` cannot be used; it lists all of them */
  constructor(options: ExporterOptions = {}) {
    const resolved = resolveExporterOptions(options);
    const { callsWithoutSpan, spanAttributions } = resolved;
    this.#sink = new RecordSink(resolved);
    this.#mapper = new SpanMapper({ ...options, callsWithoutSpan });
    this.#facts = new SpanAttributions(this.#mapper.reader, spanAttributions);
    countLive(+1);
  }

  export(spans: ReadableSpan[], resultCallback: (result: ExportResult) => void): void {
    this.#sink.guard(warnOfApiCopies);
    const answer = (result: ExportResult) => this.#sink.guard(() => resultCallback(result));
    const mapped = this.#map(spans);
    if (mapped === undefined) {
      answer(failure(`events dropped: ${spans.length} internal_error`));
      return;
    }
    if (!this.#isLive) {
      for (const { transformed } of mapped) this.#sink.offer(transformed);
      answer(failure("the exporter is shut down"));
      return;
    }
    const tally = new Tally(answer);
    const facts = this.#factsOf(mapped);
    for (const { transformed } of mapped) {
      tally.expect();
      const taken = this.#sink.offer(transformed, (outcome) => tally.count(outcome));
      if (taken === "no_event") tally.count(DELIVERED);
    }
    tally.expectNoMore();
    // Nobody waits for them: where their topic is missing, exporting goes on.
    this.#sink.guard(() => {
      for (const fact of facts) this.#sink.pipeline.offer(factRecord(fact));
    });
  }

  /** Resolves when everything that was exported before is delivered or dropped, or at the deadline `flushTimeoutMillis`. */
  async forceFlush(): Promise<void> {
    await this.#sink.pipeline.flush();
  }

  /** Delivers what it can within `shutdownTimeoutMillis`, says what it could not, and disconnects. */
  shutdown(): Promise<void> {
    if (this.#isLive) countLive(-1);
    this.#isLive = false;
    return this.#sink.pipeline.shutdown();
  }

  /** Where everything is that was exported so far. */
  stats(): ExporterStats {
    return this.#sink.pipeline.stats(this.#mapper.reader.dialectErrors);
  }

  // Completes the actions too; should that fail, they are as good as they were.
  #factsOf(mapped: readonly MappedSpan[]): readonly SpanAttribution[] {
    let facts = NO_FACTS;
    this.#sink.guard(() => {
      facts = this.#facts.take(mapped);
    });
    return facts;
  }

  // An exporter sees spans only when they have ended, so it knows no more than those that came in the same call.
  #map(spans: readonly ReadableSpan[]): readonly MappedSpan[] | undefined {
    try {
      return this.#mapper.map(withAncestors(spans));
    } catch (error) {
      for (const _ of spans) this.#sink.reportLoss(error);
      return undefined;
    }
  }
}

const NO_FACTS: readonly SpanAttribution[] = [];
const DELIVERED: Outcome = { delivered: true };

/** Answers once, when as many outcomes are in as were expected. */
class Tally {
  readonly #answer: (result: ExportResult) => void;
  #expected = 1;
  #lost = new Map<string, number>();

  constructor(answer: (result: ExportResult) => void) {
    this.#answer = answer;
  }

  expect(): void {
    this.#expected++;
  }

  // The one that `#expected` began with: without it the first outcome could complete the tally before the last is expected.
  expectNoMore(): void {
    this.count(DELIVERED);
  }

  count(outcome: Outcome): void {
    if (!outcome.delivered) this.#lost.set(outcome.reason, (this.#lost.get(outcome.reason) ?? 0) + 1);
    if (--this.#expected > 0) return;
    const reasons = [...this.#lost].map(([reason, count]) => `${count} ${reason}`);
    this.#answer(reasons.length === 0 ? { code: SUCCESS } : failure(`events dropped: ${reasons.join(", ")}`));
  }
}

const failure = (message: string): ExportResult => ({ code: FAILED, error: new TransportError(message) });

function countLive(change: 1 | -1): void {
  const count: unknown = Reflect.get(globalThis, LIVE_EXPORTERS_KEY);
  Reflect.set(globalThis, LIVE_EXPORTERS_KEY, (typeof count === "number" ? count : 0) + change);
}
