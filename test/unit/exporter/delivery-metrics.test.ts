import { metrics } from "@opentelemetry/api";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { BasicTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { expect, onTestFinished, test } from "vitest";
import { AgentActionSpanProcessor, KafkaActionExporter } from "../../../exporter/index.js";
import { actionTracer, recordToolCall } from "../../helpers/action-spans.js";
import { away, FakeTransport, refusing } from "./fake-transport.js";

/** A meter provider in force for one test. Returns what is reported to it now, by `name{error.type}`. */
function hostMeters(): () => Promise<Record<string, unknown>> {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  const provider = new MeterProvider({ readers: [reader] });
  metrics.setGlobalMeterProvider(provider);
  onTestFinished(async () => {
    metrics.disable();
    await provider.shutdown();
  });
  return async () => {
    exporter.reset();
    await reader.forceFlush();
    const found = exporter
      .getMetrics()
      .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics));
    return Object.fromEntries(
      found.flatMap(({ descriptor, dataPoints }) =>
        dataPoints.map(({ attributes, value }) => {
          const { "error.type": failure } = attributes;
          return [failure === undefined ? descriptor.name : `${descriptor.name}{${failure}}`, value];
        }),
      ),
    );
  };
}

test("a meter provider that is registered later gets the counts of stats() by the SDK's names", async () => {
  const transport = new FakeTransport(refusing(({ value }) => value.includes("too-large")));
  const processor = new AgentActionSpanProcessor({ transport, flushOnExit: false, maxQueueSize: 3 });
  const tracer = actionTracer(new BasicTracerProvider({ spanProcessors: [processor] }));
  recordToolCall(tracer, "Read");
  await processor.forceFlush();
  const collect = hostMeters();
  recordToolCall(tracer, "too-large");
  await processor.forceFlush();
  tracer.startSpan("GET /").end();
  transport.answer = away;
  for (let index = 0; index < 5; index++) recordToolCall(tracer, "Read");
  const { buffered, inFlight, held } = processor.stats();
  expect(buffered + inFlight + held).toBe(3);
  expect(await collect()).toEqual({
    "otel.sdk.exporter.span.exported": 1,
    "otel.sdk.exporter.span.exported{refused}": 1,
    "otel.sdk.exporter.span.inflight": inFlight,
    "agent_actions.exporter.span.spooled": 0,
    "otel.sdk.processor.span.processed": 3,
    "otel.sdk.processor.span.processed{queue_full}": 2,
    "otel.sdk.processor.span.queue.size": buffered + held,
    "otel.sdk.processor.span.queue.capacity": 3,
  });
  transport.answer = () => ({ status: "sent" });
  await processor.shutdown();
  recordToolCall(tracer, "Read");
  expect(await collect()).toMatchObject({
    "otel.sdk.processor.span.processed": 6,
    "otel.sdk.processor.span.processed{already_shutdown}": 1,
    "otel.sdk.exporter.span.exported": 4,
  });
});

test("an exporter reports what was exported, and nothing of processing, which is the batch processor's", async () => {
  const collect = hostMeters();
  const exporter = new KafkaActionExporter({ transport: new FakeTransport(), flushOnExit: false });
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  recordToolCall(actionTracer(provider), "Read");
  await provider.forceFlush();
  expect(await collect()).toEqual({
    "otel.sdk.exporter.span.exported": 1,
    "otel.sdk.exporter.span.inflight": 0,
    "agent_actions.exporter.span.spooled": 0,
  });
  await provider.shutdown();
});
