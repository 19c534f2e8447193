import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import { expect, test } from "vitest";
import type { ReadableSpan } from "../../../../exporter/read/sdk-types.js";
import { SpanWriter } from "../../../../exporter/thread/span-writer.js";

/** A finished span; what the SDK would not take as an attribute is put there beside it. */
function spanWith(attributes: object): ReadableSpan {
  const kept = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(kept)] });
  const span = provider.getTracer("t").startSpan("s");
  span.end();
  const [finished] = kept.getFinishedSpans();
  if (finished === undefined) throw new Error("The span has to be there.");
  Object.defineProperties(finished.attributes, Object.getOwnPropertyDescriptors(attributes));
  return finished;
}

const throwing = {
  get(): never {
    throw new Error("no");
  },
  ownKeys(): never {
    throw new Error("no");
  },
};

test("a value that throws, or has a method, costs no span and no other value", () => {
  const writer = new SpanWriter();
  const span = spanWith({
    proxy: new Proxy({}, throwing),
    list: new Proxy([], throwing),
    get getter() {
      throw new Error("no");
    },
    method: { a: 1, run() {} },
    symbol: Symbol("x"),
    last: "here",
  });
  expect(writer.known(span, 1)).toBe(6);
  const { text, values } = writer.take();
  expect(text).toContain('"last","here"');
  expect(text).toContain('"getter","[threw Error: no]"');
  expect(values).toContainEqual(expect.objectContaining({ a: 1 }));
  expect(() => structuredClone(values)).not.toThrow();
});

test("an object that contains itself many times is measured in bounded time", () => {
  const circle: Record<string, unknown> = {};
  for (let index = 0; index < 200; index++) circle[`k${index}`] = circle;
  const writer = new SpanWriter();
  writer.known(spanWith({ circle }), 1);
  expect(writer.bytes).toBeGreaterThan(0);
});
