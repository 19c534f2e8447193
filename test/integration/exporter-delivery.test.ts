import { ROOT_CONTEXT, trace } from "@opentelemetry/api";
import { BasicTracerProvider, BatchSpanProcessor, type SpanProcessor } from "@opentelemetry/sdk-trace-base";
import { describe, expect, test } from "vitest";
import { AgentActionSpanProcessor, type ExporterOptions, KafkaActionExporter } from "../../exporter/index.js";
import { actionTracer, recordToolCall, startToolCall } from "../helpers/action-spans.js";
import { createTopics, type KafkaRecord, readTopic } from "../helpers/kafka-records.js";
import { kafkaBootstrap } from "../helpers/stack.js";

const brokers = kafkaBootstrap();

const tracerWith = (processor: SpanProcessor) =>
  actionTracer(new BasicTracerProvider({ spanProcessors: [processor] }));

async function newTopic(configEntries: { name: string; value: string }[] = []) {
  const topics = await createTopics(brokers, { only: ["action"], configEntries });
  const options: ExporterOptions = { brokers, topics, flushOnExit: false };
  return { options, read: () => readTopic(brokers, topics.action) };
}

const toolOf = ({ event }: KafkaRecord): unknown => event.action_name;

describe("the span processor", () => {
  test("delivers the spans of the SDK in their order, keyed by their run", async () => {
    const { options, read } = await newTopic();
    const processor = new AgentActionSpanProcessor(options);
    const tracer = tracerWith(processor);
    const root = recordToolCall(tracer, "root");
    const parent = trace.setSpan(ROOT_CONTEXT, root);
    for (let index = 0; index < 250; index++) recordToolCall(tracer, `child-${index}`, { parent });
    for (let index = 0; index < 50; index++) recordToolCall(tracer, `other-${index}`);
    await processor.shutdown();
    expect(processor.stats()).toMatchObject({ ended: 301, acked: 301, buffered: 0, inFlight: 0 });

    const records = await read();
    expect(records).toHaveLength(301);
    for (const { key, event } of records) expect(key.replaceAll("-", "")).toBe(event.trace_id);
    const run = records.filter(({ event }) => event.trace_id === root.spanContext().traceId);
    expect(new Set(run.map(({ partition }) => partition)).size).toBe(1);
    const numbers = records.map(({ headers }) => Number(headers["producer-sequence"])).sort((a, b) => a - b);
    expect(numbers).toEqual(Array.from({ length: 301 }, (_, index) => index + 1));
    expect(new Set(records.map(({ headers }) => headers["producer-epoch"])).size).toBe(1);
    expect(run.map(toolOf)).toEqual(["root", ...Array.from({ length: 250 }, (_, index) => `child-${index}`)]);
  });

  test("delivers 10,000 spans that end in one synchronous loop, each exactly once", async () => {
    const { options, read } = await newTopic();
    const processor = new AgentActionSpanProcessor({ ...options, flushTimeoutMillis: 120_000 });
    const tracer = tracerWith(processor);
    for (let index = 0; index < 10_000; index++)
      recordToolCall(tracer, `tool-${index}`, { arguments: { index }, result: "x".repeat(200) });
    expect(processor.stats()).toMatchObject({ ended: 10_000, buffered: 10_000, acked: 0 });
    await processor.forceFlush();
    expect(processor.stats()).toMatchObject({ acked: 10_000, buffered: 0, queuedBytes: 0 });
    await processor.shutdown();

    const names = (await read()).map(toolOf);
    expect(names).toHaveLength(10_000);
    expect(new Set(names).size).toBe(10_000);
  });

  test("delivers results of 900 KB whole", async () => {
    const { options, read } = await newTopic();
    const processor = new AgentActionSpanProcessor(options);
    const tracer = tracerWith(processor);
    const results = ["a", "b", "c"].map((letter) => letter.repeat(900_000));
    for (const result of results) recordToolCall(tracer, "Read", { result });
    await processor.shutdown();
    const details = (await read()).map(({ event }) => event.action_details as { tool_result: string });
    expect(details.map(({ tool_result }) => tool_result).sort()).toEqual(results);
  });

  test("takes a span as it is when it ends, whatever is done to it afterwards", async () => {
    const { options, read } = await newTopic();
    const processor = new AgentActionSpanProcessor(options);
    const span = startToolCall(tracerWith(processor), "Read", { result: "as it was" });
    span.end();
    const { attributes } = span as unknown as { attributes: Record<string, unknown> };
    attributes["gen_ai.tool.name"] = "Changed";
    attributes["gen_ai.tool.call.result"] = '"changed"';
    await processor.shutdown();
    expect((await read()).map(({ event }) => event)).toMatchObject([
      { action_name: "Read", action_details: { tool_result: "as it was" } },
    ]);
  });

  test("loses none of a record's neighbours when Kafka refuses the record", async () => {
    // Less than our own limit, so that Kafka has to refuse what we would send.
    const { options, read } = await newTopic([{ name: "max.message.bytes", value: "20000" }]);
    const processor = new AgentActionSpanProcessor({ ...options, gzipMinBytes: 10_000_000 });
    const tracer = tracerWith(processor);
    const kept: string[] = [];
    for (let index = 0; index < 60; index++) {
      const isBad = index % 20 === 7;
      recordToolCall(tracer, `tool-${index}`, { result: "x".repeat(isBad ? 50_000 : 500) });
      if (!isBad) kept.push(`tool-${index}`);
    }
    await processor.shutdown();
    expect(processor.stats()).toMatchObject({ ended: 60, acked: 57 });
    expect(processor.stats().dropped).toMatchObject({ refused: 3, shutdown_deadline: 0 });
    expect((await read()).map(toolOf).sort()).toEqual(kept.sort());
  });

  test("counts spans that are no actions, and sends nothing for them", async () => {
    const { options, read } = await newTopic();
    const processor = new AgentActionSpanProcessor(options);
    const provider = new BasicTracerProvider({ spanProcessors: [processor] });
    provider.getTracer("http").startSpan("GET /").end();
    recordToolCall(actionTracer(provider), "Read");
    await processor.shutdown();
    expect(processor.stats()).toMatchObject({ ended: 2, ignored: 1, acked: 1 });
    expect(await read()).toHaveLength(1);
  });
});

test("kafkajs sets no timer with a negative time, of which newer versions of Node warn the host", async (t) => {
  const { options } = await newTopic();
  const setTimer = globalThis.setTimeout;
  const waits: unknown[] = [];
  globalThis.setTimeout = Object.assign(
    (...args: Parameters<typeof setTimer>) => {
      waits.push(args[1] ?? 0);
      return setTimer(...args);
    },
    { __promisify__: setTimer.__promisify__ },
  ) as typeof setTimer;
  t.onTestFinished(() => {
    globalThis.setTimeout = setTimer;
  });
  const processor = new AgentActionSpanProcessor(options);
  recordToolCall(tracerWith(processor), "Read");
  await processor.shutdown();
  expect(processor.stats().acked).toBe(1);
  expect(waits.length).toBeGreaterThan(0);
  expect(waits.filter((wait) => Number(wait) < 0)).toEqual([]);
});

describe("the exporter", () => {
  test("delivers what a BatchSpanProcessor hands it, and answers after Kafka has", async () => {
    const { options, read } = await newTopic();
    const exporter = new KafkaActionExporter(options);
    const batches = new BatchSpanProcessor(exporter, { maxQueueSize: 4_096 });
    const tracer = tracerWith(batches);
    for (let index = 0; index < 2_000; index++) recordToolCall(tracer, `tool-${index}`);
    await batches.forceFlush();
    expect(exporter.stats()).toMatchObject({ ended: 2_000, acked: 2_000, buffered: 0, inFlight: 0 });
    await batches.shutdown();
    expect(new Set((await read()).map(toolOf)).size).toBe(2_000);
  });
});
