import type { ReadableSpan, SpanExporter } from "@opentelemetry/sdk-trace-base";

/** Counts what an exporter says that it has delivered. */
export class CountingExporter implements SpanExporter {
  readonly #inner: SpanExporter;
  delivered = 0;

  constructor(inner: SpanExporter) {
    this.#inner = inner;
  }

  export(spans: ReadableSpan[], resultCallback: Parameters<SpanExporter["export"]>[1]): void {
    this.#inner.export(spans, (result) => {
      if (result.code === 0) this.delivered += spans.length;
      resultCallback(result);
    });
  }

  async forceFlush(): Promise<void> {
    await this.#inner.forceFlush?.();
  }

  async shutdown(): Promise<void> {
    await this.#inner.shutdown();
  }
}
