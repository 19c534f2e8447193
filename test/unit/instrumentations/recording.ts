import { context, propagation, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from "@opentelemetry/core";
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { createTransform } from "../../../exporter/read/transform.js";
import type { ActionEvent } from "../../../src/event/index.js";
import type { ActionInstrumentation } from "../../../src/instrumentations/base/action-instrumentation.js";

export interface Recording {
  /** The spans that have ended, in the order in which they started. */
  spans(): readonly ReadableSpan[];
  named(name: string): ReadableSpan;
  /** What the exporter makes of them, with what is around each. */
  rows(): readonly ActionEvent[];
}

/** A tracer provider, a context manager and a propagator for the tests of one file; each test starts with no spans. */
export function recording(): Recording {
  const exporter = new InMemorySpanExporter();
  const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  beforeAll(() => {
    provider.register({
      contextManager: new AsyncLocalStorageContextManager().enable(),
      propagator: new CompositePropagator({
        propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()],
      }),
    });
  });
  beforeEach(() => exporter.reset());
  afterAll(async () => {
    await provider.shutdown();
    for (const api of [trace, context, propagation]) api.disable();
  });
  const spans = () => exporter.getFinishedSpans().toSorted(byStart);
  return {
    spans,
    named(name) {
      const found = spans().filter((span) => span.name === name);
      if (found.length !== 1) throw new Error(`${found.length} spans are called ${name}`);
      return found[0] as ReadableSpan;
    },
    rows: () => spans().flatMap((span) => actionOf(span, spans())),
  };
}

/** Does with a loaded module what the hook of the loader does. */
export function loadInto(
  instrumentation: ActionInstrumentation,
  file: string,
  exports: object,
  version: string,
): unknown {
  for (const module of instrumentation.getModuleDefinitions()) {
    if (module.name === file) return module.patch?.(exports, version);
    const found = module.files.find(({ name }) => name === file);
    if (found !== undefined) return found.patch(exports, version);
  }
  throw new Error(`nothing looks at ${file}`);
}

function actionOf(span: ReadableSpan, all: readonly ReadableSpan[]): ActionEvent[] {
  const transformed = createTransform({ captureContent: true })(span, { ancestors: ancestorsOf(span, all) });
  return transformed.outcome === "event" ? [transformed.event as ActionEvent] : [];
}

function ancestorsOf(span: ReadableSpan, all: readonly ReadableSpan[]): ReadableSpan[] {
  const parent = all.find((other) => other.spanContext().spanId === span.parentSpanContext?.spanId);
  return parent === undefined ? [] : [parent, ...ancestorsOf(parent, all)];
}

const byStart = (one: ReadableSpan, other: ReadableSpan): number =>
  one.startTime[0] - other.startTime[0] || one.startTime[1] - other.startTime[1];
