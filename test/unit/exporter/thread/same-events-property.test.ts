import { type Context, ROOT_CONTEXT, type Span, trace } from "@opentelemetry/api";
import { BasicTracerProvider } from "@opentelemetry/sdk-trace-base";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { ActionRecord } from "../../../../exporter/deliver/serialize.js";
import type { ReadableSpan } from "../../../../exporter/read/sdk-types.js";
import { resolveExporterOptions } from "../../../../exporter/resolve-exporter-options.js";
import { SpanProcessing } from "../../../../exporter/span-processing.js";
import { MirroredSpans } from "../../../../exporter/thread/mirrored-spans.js";
import { ToldSpans } from "../../../../exporter/thread/told-spans.js";
import { describeLayer, LAYERS, startLayer } from "../correlate/layered-spans.js";
import { FakeTransport } from "../fake-transport.js";

function processing() {
  const transport = new FakeTransport();
  const options = { transport, flushOnExit: false, lingerMillis: 0, inFlightAfterMillis: 0 };
  return { transport, processing: new SpanProcessing(options, resolveExporterOptions(options, {})) };
}

/** One agent whose spans are processed where they end, and by what is told of them, some at a time. */
function bothWays() {
  const direct = processing();
  const told = processing();
  const mirrored = new MirroredSpans(told.processing);
  const spans = new ToldSpans();
  const tell = () => {
    const batch = spans.take();
    // As it travels.
    mirrored.read(structuredClone(batch));
  };
  const provider = new BasicTracerProvider({
    spanProcessors: [
      {
        onStart: (span: ReadableSpan, context: Context) => {
          direct.processing.onStart(span, context);
          spans.started(span, context);
        },
        onEnd: (span: ReadableSpan) => {
          direct.processing.onEnd(span);
          spans.ended(span);
        },
        forceFlush: async () => undefined,
        shutdown: async () => undefined,
      },
    ],
  });
  const finish = async () => {
    tell();
    await direct.processing.shutdown();
    await told.processing.shutdown();
    return { direct: direct.transport.landed.map(said), told: told.transport.landed.map(said) };
  };
  return { provider, tell, spans, mirrored, finish, direct: direct.processing, told: told.processing };
}

const said = ({ kind, key, value }: ActionRecord) => ({ kind, key, value: value.toString() });

const step = fc.oneof(
  fc.record({
    do: fc.constant("start" as const),
    layer: fc.constantFrom(...LAYERS),
    tool: fc.constantFrom("search", "fetch"),
    n: fc.nat({ max: 2 }),
    around: fc.option(fc.nat({ max: 20 })),
    late: fc.constantFrom(
      "nothing" as const,
      "nothing" as const,
      "arguments" as const,
      "everything" as const,
    ),
  }),
  fc.record({ do: fc.constant("run" as const), around: fc.option(fc.nat({ max: 20 })) }),
  ...Array.from({ length: 3 }, () =>
    fc.record({ do: fc.constant("end" as const), which: fc.nat({ max: 20 }) }),
  ),
  fc.record({ do: fc.constant("describe" as const), which: fc.nat({ max: 20 }) }),
  fc.record({ do: fc.constant("tell" as const) }),
  fc.record({ do: fc.constant("say open" as const) }),
);

test("the same spans become the same events, byte for byte, whatever is told when", async () => {
  let events = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60 }), async (steps) => {
      const ways = bothWays();
      const started: { span: Span; describe: () => void }[] = [];
      const at = (index: number | null) =>
        index === null ? undefined : started[index % (started.length || 1)];
      for (const one of steps) {
        if (one.do === "start") {
          const call = { ...one, args: { n: one.n }, callId: `call_${one.n}`, around: at(one.around)?.span };
          const span = startLayer(ways.provider, one.layer, call);
          started.push({ span, describe: () => void describeLayer(span, one.layer, call) });
        } else if (one.do === "run") {
          const around = at(one.around)?.span;
          const context = around === undefined ? ROOT_CONTEXT : trace.setSpan(ROOT_CONTEXT, around);
          const attributes = { "gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "planner" };
          const span = ways.provider.getTracer("agents").startSpan("invoke_agent", { attributes }, context);
          started.push({ span, describe: () => void span.setAttribute("gen_ai.conversation.id", "c") });
        } else if (one.do === "end") at(one.which)?.span.end();
        else if (one.do === "describe") at(one.which)?.describe();
        else if (one.do === "tell") ways.tell();
        else ways.spans.sayOpen();
      }
      for (const { span } of started) span.end();
      const { direct, told } = await ways.finish();
      expect(told).toEqual(direct);
      const { queuedBytes: _one, ...counts } = ways.direct.stats();
      expect(ways.told.stats()).toMatchObject(counts);
      events += direct.length;
    }),
    { numRuns: 100 },
  );
  expect(events).toBeGreaterThan(500);
}, 60_000);

test("so do those whose attributes hold what JSON has no word for", async () => {
  const ways = bothWays();
  const odd = {
    ...JSON.parse('{"__proto__": "of nobody"}'),
    nan: Number.NaN,
    big: 2n ** 70n,
    nothing: undefined,
  };
  const result = {
    long: "x".repeat(10_000),
    list: [1, Number.NaN, "\ud800", null, undefined],
    half: "\ud83c\u2028",
  };
  const cyclic: Record<string, unknown> = { inside: "a" };
  cyclic.self = cyclic;
  for (const value of [
    result,
    odd,
    cyclic,
    "\ud83c\u2028",
    "x".repeat(200_000),
    ["a", odd],
    Number.NaN,
    -0,
  ]) {
    const call = { tool: "search", args: { n: 1 }, callId: "call_1" };
    const span = startLayer(ways.provider, "wrapper", call);
    // The SDK takes less than a processor before this one may put there.
    const { attributes } = span as unknown as { attributes: Record<string, unknown> };
    Object.assign(attributes, {
      "gen_ai.tool.call.result": value,
      "gen_ai.tool.description": value,
      odd,
      value,
    });
    span.end();
  }
  const { direct, told } = await ways.finish();
  expect(direct).toHaveLength(8);
  expect(told).toEqual(direct);
});
