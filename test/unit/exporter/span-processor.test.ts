import { context, ROOT_CONTEXT, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { AlwaysOffSampler, AlwaysOnSampler, BasicTracerProvider } from "@opentelemetry/sdk-trace-base";
import { describe, expect, test } from "vitest";
import { AgentActionSpanProcessor, type ExporterOptions, recordUnsampled } from "../../../exporter/index.js";
import { DELIVERY_ACK_KEY, type DeliveryAck } from "../../../src/event/delivery-ack.js";
import { withCorrelationId } from "../../../src/index.js";
import { actionTracer, recordToolCall, startToolCall } from "../../helpers/action-spans.js";
import { diagLines, textsAt } from "../../helpers/diag-lines.js";
import { FakeTransport } from "./fake-transport.js";

const lines = diagLines();

function setUp(
  options: ExporterOptions = {},
  more: ConstructorParameters<typeof BasicTracerProvider>[0] = {},
) {
  const transport = new FakeTransport();
  const processor = new AgentActionSpanProcessor({ transport, flushOnExit: false, ...options });
  const provider = new BasicTracerProvider({ ...more, spanProcessors: [processor] });
  return { transport, processor, provider, tracer: actionTracer(provider) };
}

const events = ({ landed }: FakeTransport): Record<string, unknown>[] =>
  landed.map(({ value }) => JSON.parse(value.toString()));

const withReceipt = (receipt: DeliveryAck) => ROOT_CONTEXT.setValue(DELIVERY_ACK_KEY, receipt);

test("an action becomes an event with the identity of its span", async () => {
  const { tracer, processor, transport } = setUp();
  const span = recordToolCall(tracer, "Read", { arguments: { file_path: "a" }, result: { lines: 3 } });
  await processor.forceFlush();
  const { traceId, spanId } = span.spanContext();
  expect(events(transport)).toMatchObject([
    {
      trace_id: traceId,
      span_id: spanId,
      action_name: "Read",
      action_details: { tool_parameters: { file_path: "a" }, tool_result: { lines: 3 }, success: true },
    },
  ]);
});

test("an action says what only a span around it knows, also when that has ended before", async () => {
  const { tracer, processor, transport } = setUp();
  const run = startToolCall(tracer, "run", { correlationId: "abc-123" });
  const child = startToolCall(tracer, "Read", { parent: trace.setSpan(ROOT_CONTEXT, run) });
  run.end();
  child.end();
  await processor.forceFlush();
  expect(events(transport).map(({ correlation_text }) => correlation_text)).toEqual(["abc-123", "abc-123"]);
});

test("the receipt says true when the event is in the pipeline's custody", () => {
  const { tracer } = setUp();
  const receipt: DeliveryAck = {};
  const span = startToolCall(tracer, "Read", { parent: withReceipt(receipt) });
  expect(receipt.taken).toBeUndefined();
  span.end();
  expect(receipt).toMatchObject({ taken: true });
});

test("the receipt says false when the queue is full, and when it is shut down", async () => {
  const { tracer, processor } = setUp({ maxQueueSize: 1, lingerMillis: 1_000 });
  const [first, second, third]: [DeliveryAck, DeliveryAck, DeliveryAck] = [{}, {}, {}];
  recordToolCall(tracer, "a", { parent: withReceipt(first) });
  recordToolCall(tracer, "b", { parent: withReceipt(second) });
  await processor.shutdown();
  recordToolCall(tracer, "c", { parent: withReceipt(third) });
  expect([first.taken, second.taken, third.taken]).toEqual([true, false, false]);
  expect(processor.stats().dropped).toMatchObject({ queue_full: 1, shut_down: 1 });
});

test("a receipt is for the first span that is started with it, not for those inside", () => {
  const { tracer, provider } = setUp();
  const receipt: DeliveryAck = {};
  const outer = startToolCall(tracer, "outer", { parent: withReceipt(receipt) });
  provider
    .getTracer("http")
    .startSpan("GET", {}, trace.setSpan(withReceipt(receipt), outer))
    .end();
  expect(receipt.taken).toBeUndefined();
  outer.end();
  expect(receipt).toMatchObject({ taken: true });
});

test("of two processors one that takes the event is enough", () => {
  const small = new AgentActionSpanProcessor({
    transport: new FakeTransport(),
    flushOnExit: false,
    maxQueueSize: 1,
  });
  const large = new AgentActionSpanProcessor({ transport: new FakeTransport(), flushOnExit: false });
  const tracer = actionTracer(new BasicTracerProvider({ spanProcessors: [large, small] }));
  const receipts: DeliveryAck[] = [{}, {}];
  for (const receipt of receipts) recordToolCall(tracer, "Read", { parent: withReceipt(receipt) });
  expect(receipts).toMatchObject([{ taken: true }, { taken: true }]);
});

test("spans that the sampler drops are not seen", async () => {
  const { tracer, processor } = setUp({}, { sampler: new AlwaysOffSampler() });
  recordToolCall(tracer, "Read");
  await processor.forceFlush();
  expect(processor.stats().ended).toBe(0);
});

describe("a sampler that samples nothing", () => {
  test("is heard: nothing is seen, and nothing is counted", async () => {
    const { tracer, processor } = setUp({}, { sampler: new AlwaysOffSampler() });
    recordToolCall(tracer, "Read");
    await processor.forceFlush();
    expect(processor.stats().ended).toBe(0);
  });

  test("is heard by a processor that sees all the same, which counts", async () => {
    const sampler = recordUnsampled(new AlwaysOffSampler());
    expect(sampler.toString()).toBe("RecordUnsampled{AlwaysOffSampler}");
    const { tracer, processor } = setUp({}, { sampler });
    recordToolCall(tracer, "Read");
    await processor.forceFlush();
    expect(processor.stats()).toMatchObject({ ended: 1, unsampled: 1, acked: 0 });
  });

  test("is not heard by one that is to record what is unsampled", async () => {
    const sampler = recordUnsampled(new AlwaysOffSampler());
    const { tracer, processor } = setUp({ recordUnsampled: true }, { sampler });
    recordToolCall(tracer, "Read");
    await processor.forceFlush();
    expect(processor.stats()).toMatchObject({ ended: 1, unsampled: 0, acked: 1 });
  });
});

test("a sampler whose spans are all to be recorded samples as it did", () => {
  const sampler = recordUnsampled(new AlwaysOnSampler());
  const { tracer } = setUp({}, { sampler });
  expect(tracer.startSpan("any").spanContext().traceFlags).toBe(1);
});

test("spans of other instrumentations have the correlation id that holds where they begin", async (t) => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  t.onTestFinished(() => context.disable());
  const { tracer, processor, transport } = setUp();
  withCorrelationId("run-7", () => recordToolCall(tracer, "Read", { parent: context.active() }));
  recordToolCall(tracer, "Write");
  await processor.forceFlush();
  expect(
    events(transport).map(({ action_name, correlation_text }) => [action_name, correlation_text]),
  ).toEqual([
    ["Read", "run-7"],
    ["Write", undefined],
  ]);
});

test("a span whose attributes cannot be read does not throw into the agent", () => {
  const { processor } = setUp();
  const broken = new Proxy(
    {},
    {
      get() {
        throw new Error("no");
      },
    },
  );
  expect(() => processor.onStart(broken as never, ROOT_CONTEXT)).not.toThrow();
  expect(() => processor.onEnd(broken as never)).not.toThrow();
  expect(processor.stats().ended).toBe(1);
  expect(textsAt(lines, "warn").length).toBeGreaterThan(0);
});

test("shutdown can be called twice and flush after it", async () => {
  const { tracer, processor, transport } = setUp();
  recordToolCall(tracer, "Read");
  await Promise.all([processor.shutdown(), processor.shutdown()]);
  await processor.forceFlush();
  expect(transport.landed).toHaveLength(1);
});
