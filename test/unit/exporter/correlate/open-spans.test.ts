import { setImmediate as nextTurn } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { ROOT_CONTEXT, type SpanContext, trace } from "@opentelemetry/api";
import { BasicTracerProvider, type ReadableSpan, type SpanProcessor } from "@opentelemetry/sdk-trace-base";
import { expect, test } from "vitest";
import { MAX_YOUNG, OpenSpans } from "../../../../exporter/correlate/open-spans.js";

const open = new OpenSpans();
const ancestors = new Map<string, string[]>();
const watching: SpanProcessor = {
  onStart: (span, parentContext) => open.started(span, parentContext),
  onEnd: (span) => {
    ancestors.set(
      span.name,
      open.ancestorsOf(span).map(({ name }) => name),
    );
    open.ended(span);
  },
  forceFlush: () => Promise.resolve(),
  shutdown: () => Promise.resolve(),
};
const tracer = new BasicTracerProvider({ spanProcessors: [watching] }).getTracer("test");

const under = (span: { spanContext(): SpanContext }, isRemote = false) =>
  isRemote
    ? trace.setSpanContext(ROOT_CONTEXT, { ...span.spanContext(), isRemote })
    : trace.setSpan(ROOT_CONTEXT, span as never);

test("a span's ancestors are told nearest first", () => {
  const root = tracer.startSpan("root", {}, ROOT_CONTEXT);
  const middle = tracer.startSpan("middle", {}, under(root));
  const leaf = tracer.startSpan("leaf", {}, under(middle));
  for (const span of [leaf, middle, root]) span.end();
  expect(ancestors.get("leaf")).toEqual(["middle", "root"]);
  expect(ancestors.get("middle")).toEqual(["root"]);
  expect(ancestors.get("root")).toEqual([]);
  expect(open.size).toBe(0);
});

test("an ancestor that ended before its descendant is still known", () => {
  const root = tracer.startSpan("run", {}, ROOT_CONTEXT);
  const child = tracer.startSpan("late tool", {}, under(root));
  root.end();
  child.end();
  expect(ancestors.get("late tool")).toEqual(["run"]);
});

test("a parent that is known by its ids only is found while it is open", () => {
  const root = tracer.startSpan("server", {}, ROOT_CONTEXT);
  const child = tracer.startSpan("over the network", {}, under(root, true));
  child.end();
  root.end();
  expect(ancestors.get("over the network")).toEqual(["server"]);
});

test("a parent of another process is no ancestor", () => {
  const elsewhere = {
    traceId: "0af7651916cd43dd8448eb211c80319c",
    spanId: "b7ad6b7169203331",
    traceFlags: 1,
  };
  tracer.startSpan("incoming", {}, trace.setSpanContext(ROOT_CONTEXT, elsewhere)).end();
  expect(ancestors.get("incoming")).toEqual([]);
});

test("an endless chain of children holds on to the nearest ancestors only", () => {
  let span = tracer.startSpan("step", {}, ROOT_CONTEXT);
  for (let depth = 0; depth < 100; depth++) {
    const next = tracer.startSpan("step", {}, under(span));
    span.end();
    span = next;
  }
  expect(open.ancestorsOf(span as unknown as ReadableSpan)).toHaveLength(32);
  span.end();
});

test("of spans that never end a bounded number can be found", () => {
  for (let index = 0; index < 10_500; index++) tracer.startSpan("abandoned", {}, ROOT_CONTEXT);
  expect(open.size).toBe(10_000);
});

test("a span that never ends is not held once others have started", async () => {
  const forgotten = (() => new WeakRef(tracer.startSpan("forgotten", {}, ROOT_CONTEXT)))();
  for (let index = 0; index < MAX_YOUNG; index++) tracer.startSpan("next", {}, ROOT_CONTEXT).end();
  setFlagsFromString("--expose-gc");
  const collectGarbage = runInNewContext("gc") as () => void;
  while (forgotten.deref() !== undefined) {
    // A reference that was asked stays until the turn is over.
    await nextTurn();
    collectGarbage();
  }
  expect(forgotten.deref()).toBeUndefined();
});
