import { context, propagation, trace } from "@opentelemetry/api";
import {
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  type TracerConfig,
} from "@opentelemetry/sdk-trace-base";
import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { onTestFinished } from "vitest";

export interface Recording {
  /** All spans that ended, in the order in which they did. */
  readonly spans: () => ReadableSpan[];
  /** The one span with this name. */
  readonly span: (name: string) => ReadableSpan;
}

/** Registers the real SDK for the duration of one test: provider, context manager, propagators. */
export function record(config: TracerConfig = {}): Recording {
  const exporter = new InMemorySpanExporter();
  const spanProcessors = [...(config.spanProcessors ?? []), new SimpleSpanProcessor(exporter)];
  const provider = new NodeTracerProvider({ ...config, spanProcessors });
  provider.register();
  onTestFinished(async () => {
    forgetGlobals();
    await provider.shutdown();
  });
  const spans = () => exporter.getFinishedSpans();
  return {
    spans,
    span(name) {
      const found = spans().filter((span) => span.name === name);
      if (found.length === 1 && found[0]) return found[0];
      throw new Error(`${found.length} spans are called ${name}: ${spans().map((span) => span.name)}`);
    },
  };
}

export function forgetGlobals(): void {
  trace.disable();
  context.disable();
  propagation.disable();
}

/** The value of an attribute that is JSON text. */
export function json(span: ReadableSpan, key: string): unknown {
  const text = span.attributes[key];
  return typeof text === "string" ? JSON.parse(text) : undefined;
}

export const parentOf = (span: ReadableSpan): string | undefined => span.parentSpanContext?.spanId;
export const idOf = (span: ReadableSpan): string => span.spanContext().spanId;
