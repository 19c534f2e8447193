/**
 * What `stats()` returns, as metrics with the names and attributes that OpenTelemetry gives to those of its own SDK. They go to the meter
 * provider of the host, where there is one: it may be registered at any time, so who is in force is looked up as spans end.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/otel/sdk-metrics
 */
import { type BatchObservableResult, type Meter, type MeterProvider, metrics } from "@opentelemetry/api";
import { PACKAGE_VERSION } from "../../src/internal/package-version.js";
import type { DropReason, ExporterStats } from "./delivery-counters.js";

export interface DeliveryMetricsOptions {
  /** `otel.component.type`. An exporter alone reports nothing of processing. */
  readonly type: "agent_action_span_processor" | "kafka_action_exporter";
  readonly maxQueueSize: number;
  readonly stats: () => ExporterStats;
}

/** The end of an export: all others are reasons before it. */
const REFUSED: DropReason = "refused";
/** What the convention calls by names of its own. */
const ERROR_TYPES: Partial<Record<DropReason, string>> = { shut_down: "already_shutdown" };

/** How many components of a type there are in this process, for their names. */
const count: Record<DeliveryMetricsOptions["type"], number> = {
  agent_action_span_processor: 0,
  kafka_action_exporter: 0,
};

export class DeliveryMetrics {
  readonly #options: DeliveryMetricsOptions;
  readonly #component: Readonly<Record<string, string>>;
  #provider: MeterProvider | undefined;
  #forget: () => void = () => undefined;

  constructor(options: DeliveryMetricsOptions) {
    const { type } = options;
    this.#options = options;
    this.#component = { "otel.component.type": type, "otel.component.name": `${type}/${count[type]++}` };
  }

  /** Reports to the meter provider that is registered now. Called often, and cheap as long as it is the same one. */
  watch(): void {
    const provider = metrics.getMeterProvider();
    if (provider === this.#provider) return;
    this.#provider = provider;
    this.#forget();
    this.#forget = this.#reportTo(provider.getMeter("otel-agent-actions", PACKAGE_VERSION));
  }

  #reportTo(meter: Meter): () => void {
    const unit = "{span}";
    const counter = (name: string, description: string) =>
      meter.createObservableCounter(name, { unit, description });
    const level = (name: string, description: string) =>
      meter.createObservableUpDownCounter(name, { unit, description });
    const exported = counter(
      "otel.sdk.exporter.span.exported",
      "Spans whose event Kafka acknowledged or refused.",
    );
    const inflight = level(
      "otel.sdk.exporter.span.inflight",
      "Spans whose event was sent and not yet acknowledged.",
    );
    const spooled = level(
      "agent_actions.exporter.span.spooled",
      "Spans whose event is on the disk and not in memory.",
    );
    const results = { unit: "{result}" };
    const kept = meter.createObservableCounter("agent_actions.exporter.large_result.kept", {
      ...results,
      description: "Contents too large for a record that are kept whole.",
    });
    const notKept = meter.createObservableCounter("agent_actions.exporter.large_result.not_kept", {
      ...results,
      description: "Contents too large for a record that were trimmed instead.",
    });
    const ofExporter = [exported, inflight, spooled, kept, notKept];
    const processed = counter(
      "otel.sdk.processor.span.processed",
      "Spans whose processing has finished, or failed.",
    );
    const size = level("otel.sdk.processor.span.queue.size", "Spans that wait in memory.");
    const capacity = level("otel.sdk.processor.span.queue.capacity", "Most spans that wait in memory.");
    const ofProcessor =
      this.#options.type === "agent_action_span_processor" ? [processed, size, capacity] : [];
    const observe = (result: BatchObservableResult): void => {
      const stats = this.#options.stats();
      const { acked, inFlight, dropped } = stats;
      result.observe(exported, acked, this.#component);
      if (dropped[REFUSED] > 0) result.observe(exported, dropped[REFUSED], this.#failedBy(REFUSED));
      result.observe(inflight, inFlight, this.#component);
      result.observe(spooled, stats.spooled, this.#component);
      const { largeResults } = stats;
      if (largeResults.kept > 0) result.observe(kept, largeResults.kept, this.#component);
      for (const [reason, count] of Object.entries(largeResults.notKept))
        if (count > 0) result.observe(notKept, count, { ...this.#component, "error.type": reason });
      if (ofProcessor.length === 0) return;
      // What became of the export is no matter of processing.
      const finished = acked + dropped[REFUSED] + stats.ignored + stats.unsampled + stats.deduplicated;
      result.observe(processed, finished, this.#component);
      for (const [reason, lost] of Object.entries(dropped) as [DropReason, number][])
        if (lost > 0 && reason !== REFUSED) result.observe(processed, lost, this.#failedBy(reason));
      result.observe(size, stats.held + stats.buffered, this.#component);
      result.observe(capacity, this.#options.maxQueueSize, this.#component);
    };
    const instruments = [...ofExporter, ...ofProcessor];
    meter.addBatchObservableCallback(observe, instruments);
    return () => meter.removeBatchObservableCallback(observe, instruments);
  }

  #failedBy(reason: DropReason): Readonly<Record<string, string>> {
    return { ...this.#component, "error.type": ERROR_TYPES[reason] ?? reason };
  }
}
