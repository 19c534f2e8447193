import { context, ROOT_CONTEXT, type Span, trace } from "@opentelemetry/api";
import { BasicTracerProvider } from "@opentelemetry/sdk-trace-base";
import { describe, expect, test } from "vitest";
import {
  AgentActionSpanProcessor,
  DIALECTS,
  type Dialect,
  KafkaActionExporter,
} from "../../../../exporter/index.js";
import type { ReadableSpan } from "../../../../exporter/read/sdk-types.js";
import { SpanReader } from "../../../../exporter/read/span-reader.js";
import { diagLines, textsAt } from "../../../helpers/diag-lines.js";
import { FakeTransport } from "../fake-transport.js";
import { spanOf } from "../spans.js";

const lines = diagLines();

const TOOL = { "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "Read" };
const RUN = { "gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "a" };

/** The built-in dialects, and how often each span was given to one of them. */
function counted() {
  const reads = new Map<ReadableSpan, Map<string, { open: number; ended: number }>>();
  const dialects = DIALECTS.map(
    (dialect): Dialect => ({
      ...dialect,
      read(span, ancestors) {
        const ofSpan = reads.get(span) ?? new Map();
        const { open, ended } = ofSpan.get(dialect.name) ?? { open: 0, ended: 0 };
        ofSpan.set(dialect.name, span.ended ? { open, ended: ended + 1 } : { open: open + 1, ended });
        reads.set(span, ofSpan);
        return dialect.read(span, ancestors);
      },
    }),
  );
  const of = (span: Span, dialect: string) => reads.get(span as unknown as ReadableSpan)?.get(dialect);
  return { dialects, of };
}

function setUp() {
  const { dialects, of } = counted();
  const processor = new AgentActionSpanProcessor({
    transport: new FakeTransport(),
    flushOnExit: false,
    dialects,
  });
  const tracer = new BasicTracerProvider({ spanProcessors: [processor] }).getTracer("test");
  const start = (name: string, attributes: Record<string, string>, around?: Span) =>
    tracer.startSpan(name, { attributes }, around ? trace.setSpan(ROOT_CONTEXT, around) : ROOT_CONTEXT);
  return { processor, start, of };
}

test("an ended span is read once by each dialect, however many spans are around it and inside it", () => {
  const { start, of, processor } = setUp();
  const run = start("invoke_agent a", RUN);
  const outer = start("execute_tool Read", TOOL, run);
  const spans = [run, outer];
  for (let index = 0; index < 5; index++) spans.push(start("execute_tool Read", TOOL, outer));
  for (const span of spans.toReversed()) span.end();
  for (const span of spans)
    for (const { name } of DIALECTS) expect(of(span, name)?.ended ?? 0, name).toBeLessThanOrEqual(1);
  for (const span of spans) expect(of(span, "gen-ai")?.ended).toBe(1);
  expect(processor.stats().ended).toBe(7);
});

test("a span that ends before those inside it is read once too", () => {
  const { start, of } = setUp();
  const run = start("invoke_agent a", RUN);
  const outer = start("execute_tool Read", TOOL, run);
  const inner = start("execute_tool Read", { ...TOOL, "gen_ai.tool.call.id": "call_1" }, outer);
  for (const span of [run, outer, inner]) span.end();
  for (const span of [run, outer, inner]) expect(of(span, "gen-ai")).toEqual({ open: 0, ended: 1 });
});

test("a span that is open is read again only when it says more", () => {
  const { start, of } = setUp();
  const run = start("invoke_agent a", RUN);
  const endOne = () => start("execute_tool Read", TOOL, run).end();
  endOne();
  endOne();
  expect(of(run, "gen-ai")).toEqual({ open: 1, ended: 0 });
  run.setAttribute("gen_ai.conversation.id", "c");
  endOne();
  endOne();
  expect(of(run, "gen-ai")).toEqual({ open: 2, ended: 0 });
  run.end();
  start("execute_tool Read", TOOL, run).end();
  expect(of(run, "gen-ai")).toEqual({ open: 2, ended: 1 });
});

test("what an open span says later holds for what ends inside it after that", async () => {
  const transport = new FakeTransport();
  const processor = new AgentActionSpanProcessor({ transport, flushOnExit: false });
  const tracer = new BasicTracerProvider({ spanProcessors: [processor] }).getTracer("test");
  const outermost = tracer.startSpan("request");
  const run = tracer.startSpan("work", {}, trace.setSpan(context.active(), outermost));
  const endOne = () =>
    tracer.startSpan("execute_tool Read", { attributes: TOOL }, trace.setSpan(ROOT_CONTEXT, run)).end();
  endOne();
  outermost.setAttribute("gen_ai.agent.name", "outer");
  endOne();
  run.setAttribute("gen_ai.agent.name", "inner");
  endOne();
  await processor.forceFlush();
  const names = transport.landed.map(({ value }) => JSON.parse(value.toString()).agent_name);
  expect(names).toEqual(["unknown-agent", "outer", "inner"]);
});

test("the same span with other spans around it is read anew", () => {
  const reader = new SpanReader({ captureContent: true });
  const twin = spanOf({
    scope: "gcp.vertex.agent",
    name: "generate_content m",
    attributes: { "gen_ai.operation.name": "generate_content" },
  });
  const around = spanOf({ scope: "gcp.vertex.agent", name: "call_llm", spanId: "b7ad6b7169203332" });
  expect(reader.readNow(twin, [])?.reading.is).toBe("model_call");
  expect(reader.readNow(twin, [around])?.reading.is).toBe("ignored");
});

test("each read makes an event of its own, so that who completes one changes no other", () => {
  const reader = new SpanReader({ captureContent: true });
  const span = spanOf({ attributes: TOOL });
  reader.keep(span);
  const [one, other] = [reader.read(span, []), reader.read(span, [])];
  expect(one.transformed).toEqual(other.transformed);
  expect(one.transformed).not.toBe(other.transformed);
  expect(one.read).toBe(other.read);
});

test("the answers of the spans around are found once for all that are inside", () => {
  let asked = 0;
  const dialect: Dialect = {
    name: "counting",
    read: () => undefined,
    agentName: () => {
      asked++;
      return undefined;
    },
    sessionId: () => undefined,
  };
  const reader = new SpanReader({ dialects: [dialect] });
  const ancestors = [spanOf({ name: "b" }), spanOf({ name: "c" })];
  for (let index = 0; index < 10; index++) reader.knowsAgent(spanOf({ name: `${index}` }), ancestors);
  expect(asked).toBe(12);
});

describe("a dialect that throws", () => {
  const throwing: Dialect = {
    name: "mine",
    read: () => {
      throw new TypeError("no kind");
    },
    agentName: () => {
      throw new TypeError("no agent");
    },
    sessionId: () => undefined,
  };

  test("costs no action: the others are asked, it is named once, and each time is counted", async () => {
    const transport = new FakeTransport();
    const processor = new AgentActionSpanProcessor({
      transport,
      flushOnExit: false,
      dialects: [throwing, ...DIALECTS],
    });
    const tracer = new BasicTracerProvider({ spanProcessors: [processor] }).getTracer("test");
    for (let index = 0; index < 100; index++)
      tracer.startSpan("execute_tool Read", { attributes: { ...TOOL, "gen_ai.agent.name": "a" } }).end();
    await processor.forceFlush();
    const { acked, ignored, dialectErrors } = processor.stats();
    expect({ acked, ignored, dialectErrors }).toEqual({ acked: 100, ignored: 0, dialectErrors: 200 });
    const [record] = transport.landed;
    expect(JSON.parse(record?.value.toString() ?? "")).toMatchObject({ source: "gen-ai", agent_name: "a" });
    expect(textsAt(lines, "warn").filter((text) => text.includes('"mine"'))).toEqual([
      expect.stringContaining("threw TypeError: no kind. The other dialects are asked."),
    ]);
  });

  test("is counted by the exporter too", () => {
    const exporter = new KafkaActionExporter({
      transport: new FakeTransport(),
      flushOnExit: false,
      dialects: [throwing, ...DIALECTS],
    });
    exporter.export([spanOf({ attributes: TOOL }) as never], () => undefined);
    expect(exporter.stats()).toMatchObject({ ended: 1, ignored: 0, dialectErrors: 2 });
  });

  test("is not blamed for a span that nobody can read", () => {
    const reader = new SpanReader();
    const unreadable = new Proxy({} as ReadableSpan, {
      get() {
        throw new Error("gone");
      },
    });
    expect(reader.read(unreadable, []).transformed).toMatchObject({ outcome: "ignored" });
    expect(reader.dialectErrors).toBe(0);
  });
});

describe("a span whose ids are not valid", () => {
  const zero = { attributes: TOOL, spanId: "0000000000000000" };

  test("is no event, because all of these would be one row", () => {
    expect(new SpanReader().read(spanOf(zero), []).transformed).toEqual({
      outcome: "invalid",
      reason: expect.stringContaining("span id is not valid"),
    });
  });

  test("is counted as dropped for that reason, when it would be an action", () => {
    const exporter = new KafkaActionExporter({ transport: new FakeTransport(), flushOnExit: false });
    const spans = [zero, zero, { spanId: zero.spanId }].map((parts) => spanOf(parts) as never);
    const answers: unknown[] = [];
    exporter.export(spans, (answer) => answers.push(answer));
    expect(exporter.stats()).toMatchObject({ ended: 3, ignored: 1, dropped: { invalid_span_id: 2 } });
    expect(answers).toMatchObject([{ error: { message: "events dropped: 2 invalid_span_id" } }]);
    expect(textsAt(lines, "warn")).toEqual([expect.stringContaining("trace id or span id is not valid")]);
  });
});

test("the name that SDKs write where nobody named the service is no agent's name", () => {
  const named = (service: string) => {
    const span = spanOf({ attributes: TOOL, resource: { "service.name": service } });
    return new SpanReader().read(span, []).transformed;
  };
  for (const service of ["unknown_service", "unknown_service:node", "unknown_service:/usr/bin/python3"])
    expect(named(service)).toMatchObject({ event: { agent_name: "unknown-agent", service_name: service } });
  expect(named("unknown_services")).toMatchObject({ event: { agent_name: "unknown_services" } });
});
