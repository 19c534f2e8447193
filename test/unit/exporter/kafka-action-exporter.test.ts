import { ROOT_CONTEXT, trace } from "@opentelemetry/api";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import { afterEach, expect, test } from "vitest";
import { type ExporterOptions, KafkaActionExporter } from "../../../exporter/index.js";
import { LIVE_EXPORTERS_KEY } from "../../../src/event/delivery-ack.js";
import { actionTracer, recordToolCall, startToolCall } from "../../helpers/action-spans.js";
import { startLayer } from "./correlate/layered-spans.js";
import { FakeTransport, heldBack, refusing } from "./fake-transport.js";

const memory = new InMemorySpanExporter();
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(memory)] });
const tracer = actionTracer(provider);
afterEach(() => memory.reset());

function exporterOn(transport: FakeTransport, options: ExporterOptions = {}): KafkaActionExporter {
  return new KafkaActionExporter({ transport, flushOnExit: false, lingerMillis: 0, ...options });
}

type Result = Parameters<Parameters<KafkaActionExporter["export"]>[1]>[0];

const exported = (exporter: KafkaActionExporter, spans: ReadableSpan[]): Promise<Result> =>
  new Promise((resolve) => exporter.export(spans, resolve));

function spansOf(...tools: string[]): ReadableSpan[] {
  for (const tool of tools) recordToolCall(tracer, tool);
  return memory.getFinishedSpans();
}

const liveExporters = (): unknown => Reflect.get(globalThis, LIVE_EXPORTERS_KEY);

test("the answer comes after Kafka's, and not before", async () => {
  const gate = heldBack();
  const exporter = exporterOn(new FakeTransport(gate.answer));
  let answer: Result | undefined;
  const answered = exported(exporter, spansOf("a", "b")).then((result) => {
    answer = result;
  });
  await gate.asked;
  expect(answer).toBeUndefined();
  gate.release({ status: "sent" });
  await answered;
  expect(answer).toEqual({ code: 0 });
});

test("spans that are no actions are a success", async () => {
  const transport = new FakeTransport();
  const exporter = exporterOn(transport);
  provider.getTracer("http").startSpan("GET").end();
  expect(await exported(exporter, memory.getFinishedSpans())).toEqual({ code: 0 });
  expect(await exported(exporter, [])).toEqual({ code: 0 });
  expect(transport.calls).toEqual([]);
  expect(exporter.stats()).toMatchObject({ ended: 1, ignored: 1 });
});

test("a dropped event makes it a failure that says why", async () => {
  const exporter = exporterOn(new FakeTransport(refusing(({ value }) => value.includes("bad"))), {
    maxQueueSize: 2,
  });
  const result = await exported(exporter, spansOf("good", "bad", "too many"));
  expect(result.code).toBe(1);
  expect(result.error?.message).toContain("1 queue_full");
  expect(result.error?.message).toContain("1 refused");
  expect(exporter.stats()).toMatchObject({ ended: 3, acked: 1 });
});

test("after shutdown the answer is a failure at once, and the spans are counted", async () => {
  const exporter = exporterOn(new FakeTransport());
  await exporter.shutdown();
  const result = await exported(exporter, spansOf("late"));
  expect(result).toMatchObject({ code: 1, error: { message: "the exporter is shut down" } });
  expect(exporter.stats().dropped.shut_down).toBe(1);
});

test("a callback that throws disturbs nobody", async () => {
  const transport = new FakeTransport();
  const exporter = exporterOn(transport);
  exporter.export(spansOf("a"), () => {
    throw new Error("the host's");
  });
  await exporter.forceFlush();
  expect(await exported(exporter, spansOf("b"))).toEqual({ code: 0 });
});

test("spans of one call know each other as ancestors", async () => {
  const transport = new FakeTransport();
  const run = startToolCall(tracer, "run", { correlationId: "abc-123" });
  recordToolCall(tracer, "Read", { parent: trace.setSpan(ROOT_CONTEXT, run) });
  run.end();
  await exported(exporterOn(transport), memory.getFinishedSpans());
  const texts = transport.landed.map(({ value }) => JSON.parse(value.toString()).correlation_text);
  expect(texts).toEqual(["abc-123", "abc-123"]);
});

test("spans are not changed", async () => {
  const spans = spansOf("a");
  const before = JSON.stringify(spans.map(({ name, attributes, status }) => ({ name, attributes, status })));
  await exported(exporterOn(new FakeTransport()), spans);
  expect(JSON.stringify(spans.map(({ name, attributes, status }) => ({ name, attributes, status })))).toBe(
    before,
  );
});

test("live exporters are counted for the API to see", async () => {
  const before = Number(liveExporters() ?? 0);
  const exporter = exporterOn(new FakeTransport());
  expect(liveExporters()).toBe(before + 1);
  await exporter.shutdown();
  await exporter.shutdown();
  expect(liveExporters()).toBe(before);
});

test("layers of one call in one export are one event, and the answer counts them as delivered", async () => {
  const transport = new FakeTransport();
  const exporter = exporterOn(transport);
  const outer = startLayer(provider, "ai-sdk", { tool: "search", args: { q: 1 }, callId: "c1" });
  const inner = startLayer(provider, "mcp-client", { tool: "search", args: { q: 1 }, around: outer });
  inner.end();
  outer.end();
  expect(await exported(exporter, memory.getFinishedSpans())).toEqual({ code: 0 });
  expect(transport.landed).toHaveLength(1);
  expect(JSON.parse(transport.landed[0]?.value.toString() ?? "")).toMatchObject({
    tool_call_id: "c1",
    merged_spans: [{ source: "mcp", span_id: inner.spanContext().spanId }],
  });
  expect(exporter.stats()).toMatchObject({ ended: 2, deduplicated: 1, acked: 1, held: 0 });
});

test("a call that only models were told of is an event beside their spans, unless the option says no", async () => {
  const model = (input: object[], output: object[]) =>
    provider.getTracer("models").startSpan("chat", {
      attributes: {
        "gen_ai.operation.name": "chat",
        "gen_ai.input.messages": JSON.stringify(input),
        "gen_ai.output.messages": JSON.stringify(output),
      },
    });
  const call = { type: "tool_call", id: "c1", name: "noSuchTool", arguments: {} };
  model([], [{ role: "assistant", parts: [call] }]).end();
  const output = { type: "error-text", value: "unavailable tool" };
  const answer = { type: "tool-result", toolCallId: "c1", toolName: "noSuchTool", output };
  const asked = memory.getFinishedSpans();
  memory.reset();
  model([{ role: "tool", content: [answer] }], []).end();
  for (const callsWithoutSpan of [true, false]) {
    const transport = new FakeTransport();
    const exporter = exporterOn(transport, { callsWithoutSpan });
    await exported(exporter, asked);
    await exported(exporter, memory.getFinishedSpans());
    const kinds = transport.landed.map(({ value }) => JSON.parse(value.toString()).error_type);
    expect(kinds.filter(Boolean)).toEqual(callsWithoutSpan ? ["unknown_tool"] : []);
  }
});
