import { ProxyTracerProvider, SpanStatusCode, type Tracer, trace } from "@opentelemetry/api";
import { describe, expect, test } from "vitest";
import { SpanRecorder } from "../../../src/tracing/span-recorder.js";
import type { SpanTemplate } from "../../../src/tracing/span-template.js";
import { toolCallSpanTemplate } from "../../../src/tracing/tool-call.js";
import { recording } from "./recording.js";

const recorded = recording();

const recorder = (tracer?: Tracer) =>
  new SpanRecorder({
    enabled: true,
    capturesContent: true,
    get tracer() {
      return tracer ?? trace.getTracer("test");
    },
  });

const form = (more: Partial<SpanTemplate> = {}): SpanTemplate => ({
  spanName: "call",
  attributes: { name: "call" },
  ...more,
});
const run = <T>(call: () => T, more?: Partial<SpanTemplate>): T => recorder().run(() => form(more), call);
const open = () => recorded.spans().length === 0;

describe("a recorded call", () => {
  test("gives the host what it returns, and ends with it", async () => {
    const value = {};
    expect(run(() => value)).toBe(value);
    expect(await run(async () => value)).toBe(value);
    expect(recorded.spans().map(({ status }) => status.code)).toEqual([
      SpanStatusCode.UNSET,
      SpanStatusCode.UNSET,
    ]);
  });

  test("throws what it throws, and says so on the span", async () => {
    const error = new RangeError("too far");
    await expect(run(() => Promise.reject(error))).rejects.toBe(error);
    const [span] = recorded.spans();
    expect(span).toMatchObject({
      status: { code: SpanStatusCode.ERROR, message: "too far" },
      attributes: { "error.type": "RangeError" },
      events: [{ name: "exception", attributes: { "exception.message": "too far" } }],
    });
  });

  test("is the parent of what is inside, before and after it waits", async () => {
    await run(async () => {
      trace.getTracer("app").startSpan("before").end();
      await Promise.resolve();
      trace.getTracer("app").startSpan("after").end();
    });
    const call = recorded.named("call").spanContext().spanId;
    for (const name of ["before", "after"]) expect(recorded.named(name).parentSpanContext?.spanId).toBe(call);
  });

  test("that gives a stream ends when the stream does, and its steps are inside", async () => {
    const source = {
      left: 2,
      async next() {
        trace.getTracer("app").startSpan(`step ${this.left}`).end();
        return this.left-- > 0 ? { done: false, value: this.left } : { done: true, value: undefined };
      },
      return: async () => ({ done: true, value: undefined }),
      throw: async () => ({ done: true, value: undefined }),
      [Symbol.asyncIterator]() {
        return this;
      },
    };
    const stream = await run(async () => source, toolCallSpanTemplate({ name: "t" }));
    expect(stream).toBe(source);
    expect(open()).toBe(true);
    for await (const _value of stream);
    const call = recorded.named("execute_tool t");
    expect(recorded.named("step 2").parentSpanContext?.spanId).toBe(call.spanContext().spanId);
    expect(call.attributes["gen_ai.tool.call.result"]).toBe("0");
  });

  test("that gives an iterable without steps of its own ends when it was iterated", async () => {
    const iterable = new ReadableStream({
      start: (controller) => {
        controller.enqueue("one");
        controller.close();
      },
    });
    const stream = run(() => iterable);
    expect(open()).toBe(true);
    for await (const _value of stream);
    expect(recorded.spans()).toHaveLength(1);
  });

  test("that goes on by itself ends when that has ended, with its failure", async () => {
    const result = { completed: Promise.reject(new TypeError("half way")) };
    expect(run(() => result, { until: (value) => (value as typeof result).completed })).toBe(result);
    await expect(result.completed).rejects.toThrow("half way");
    expect(recorded.named("call").attributes["error.type"]).toBe("TypeError");
  });

  test("is made all the same where its form cannot be read, or it has none", () => {
    const broken = () => {
      throw new Error("no form");
    };
    expect(recorder().run(broken, () => 1)).toBe(1);
    expect(
      recorder().run(
        () => undefined,
        () => 2,
      ),
    ).toBe(2);
    expect(recorded.spans()).toEqual([]);
  });

  test("is made all the same where the tracer throws", () => {
    const broken = {
      startSpan: () => {
        throw new Error("no span");
      },
    } as unknown as Tracer;
    expect(
      recorder(broken).run(
        () => form(),
        () => 3,
      ),
    ).toBe(3);
  });

  test("ends where what it returned cannot be read", () => {
    const unreadable = () => {
      throw new Error("unreadable");
    };
    expect(run(() => 4, { returned: unreadable })).toBe(4);
    expect(() =>
      run(
        () => {
          throw new RangeError("it");
        },
        { threw: unreadable },
      ),
    ).toThrow("it");
    expect(recorded.spans().map(({ attributes }) => attributes["error.type"])).toEqual([
      undefined,
      "RangeError",
    ]);
  });

  test("asks for no content where nothing records", () => {
    const asked: string[] = [];
    const noop = new ProxyTracerProvider().getTracer("none");
    const content = () => {
      asked.push("content");
      return {};
    };
    expect(
      recorder(noop).run(
        () => form({ content }),
        () => 5,
      ),
    ).toBe(5);
    expect(asked).toEqual([]);
  });

  test("that soft-fails has its failure, and no exception that nobody threw", () => {
    run(() => 6, { returned: () => ({ failure: { type: "tool_error", message: "no" } }) });
    expect(recorded.named("call")).toMatchObject({
      status: { code: SpanStatusCode.ERROR, message: "no" },
      attributes: { "error.type": "tool_error" },
      events: [],
    });
  });
});
