import { readdirSync, readFileSync } from "node:fs";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-base";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { readOtlpJson } from "../../exporter/span-files/otlp-spans.js";
import { kafkaBootstrap } from "../helpers/stack.js";
import { until } from "../helpers/until.js";
import {
  exporterOn,
  exportInParts,
  type Joined,
  storedRows,
  untilStored,
  waitingRows,
  wantedRows,
} from "./completion-harness.js";
import { createHarness, untilConsumed } from "./consumer-harness.js";

const brokers = kafkaBootstrap();

/** A span that ended: what an exporter is handed. */
function span(trace: number, index: number, parent: number | undefined, attributes: object): ReadableSpan {
  const traceId = trace.toString(16).padStart(32, "b");
  const spanId = (at: number) => `${trace.toString(16)}${at.toString(16).padStart(4, "0")}`.padStart(16, "c");
  const context = (at: number) => ({ traceId, spanId: spanId(at), traceFlags: 1 });
  const seconds = 1_795_334_000 + trace;
  return {
    name: "span",
    kind: 0,
    spanContext: () => context(index),
    ...(parent === undefined ? {} : { parentSpanContext: context(parent) }),
    startTime: [seconds, index * 1_000_000],
    endTime: [seconds + 100, 0],
    status: { code: 0 },
    attributes,
    events: [],
    links: [],
    ended: true,
    duration: [100, 0],
    resource: { attributes: { "service.name": "a-service" } },
    instrumentationScope: { name: "test" },
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  } as unknown as ReadableSpan;
}

const maybe = (what: string) =>
  fc.option(
    fc.nat(3).map((n) => `${what}-${n}`),
    { nil: undefined, freq: 2 },
  );

/** Trees of tools, agents and plumbing, in which any span may name a session or a correlation id. */
const anyTree = (trace: number): fc.Arbitrary<ReadableSpan[]> =>
  fc
    .array(
      fc.record({
        parentAt: fc.double({ min: 0, max: 0.999, noNaN: true }),
        is: fc.constantFrom("tool", "agent", "nameless agent", "plumbing"),
        session: maybe("session"),
        correlation: maybe("run"),
      }),
      { minLength: 3, maxLength: 16 },
    )
    .map((parts) =>
      parts.map(({ parentAt, is, session, correlation }, index) =>
        span(trace, index, index === 0 ? undefined : Math.floor(parentAt * index), {
          // Names of their own: this is not about calls that several layers recorded.
          ...(is === "tool" && {
            "gen_ai.operation.name": "execute_tool",
            "gen_ai.tool.name": `tool-${index}`,
          }),
          ...(is === "agent" && {
            "gen_ai.operation.name": "invoke_agent",
            "gen_ai.agent.name": `agent-${index}`,
          }),
          ...(is === "nameless agent" && { "gen_ai.operation.name": "invoke_agent" }),
          ...(session && { "gen_ai.conversation.id": session }),
          ...(correlation && { "agent_actions.correlation_id": correlation }),
        }),
      ),
    );

const sample = <Value>(arbitrary: fc.Arbitrary<Value>, seed: number): Value =>
  fc.sample(arbitrary, { numRuns: 1, seed })[0] as Value;

function shuffled<Item>(items: readonly Item[], seed: number): Item[] {
  const places = sample(fc.array(fc.nat(), { minLength: items.length, maxLength: items.length }), seed);
  return items
    .map((item, index) => ({ item, place: places[index] ?? 0 }))
    .sort((one, other) => one.place - other.place)
    .map(({ item }) => item);
}

test("random traces, in random order and batches, by several exporters, over two consumers that are restarted: the table is that of one who saw all", async (t) => {
  const seed = (fc.readConfigureGlobal().seed ?? 1) % 1_000_000;
  const harness = await createHarness({}, t);
  const trees = Array.from({ length: 60 }, (_, trace) => sample(anyTree(trace), seed + trace));
  const wanted = trees.flatMap((tree) => wantedRows(tree));

  let consumers = [await harness.start(), await harness.start()];
  // One exporter sees a trace as it ended: children before parents. Two share traces that come in any order, and know nothing of each other.
  const alone = exporterOn(harness, brokers);
  const shared = [
    exporterOn(harness, brokers, { spanAttributions: "all" }),
    exporterOn(harness, brokers, { spanAttributions: "all" }),
  ];
  for (const [trace, tree] of trees.entries()) {
    const sizes = sample(
      fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 5 }),
      seed + trace,
    );
    if (trace % 2 === 0) await exportInParts(alone, tree.toReversed(), sizes);
    else {
      const mixed = shuffled(tree, seed + trace);
      const half = Math.ceil(mixed.length / 2);
      await Promise.all([
        exportInParts(shared[0]!, mixed.slice(0, half), sizes),
        exportInParts(shared[1]!, mixed.slice(half), sizes),
      ]);
    }
    if (trace === 20 || trace === 40) {
      await consumers[0]?.stop();
      consumers = [consumers[1]!, await harness.start()];
    }
  }
  const facts = [alone, ...shared].reduce(
    (sum, exporter) => sum + exporter.stats().spanAttributions.acked,
    0,
  );
  await untilStored(harness, wanted.length, facts);
  await until(async () => (await waitingRows(harness)) === 0);
  const byId = (rows: readonly { readonly id: string }[]) => rows.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  expect(byId(await storedRows(harness)), `seed ${seed}`).toEqual(byId(wanted));

  // Everything is delivered again, to a group that has read nothing.
  for (const consumer of consumers) await consumer.stop();
  const again = await harness.start({ groupId: `${harness.groupId}-again` });
  await untilConsumed(again, wanted.length + facts);
  expect(again.metrics()).toMatchObject({
    messages_inserted: 0,
    messages_dead_lettered: 0,
    actions_completed: 0,
  });
  expect(byId(await storedRows(harness))).toEqual(byId(wanted));
  for (const exporter of [alone, ...shared]) await exporter.shutdown();
});

describe("what real libraries wrote, exported one span at a time as it ended", () => {
  const captures = readdirSync("test/fixtures/spans")
    .filter((name) => name.endsWith(".otlp.json"))
    .map((file, index) => ({ file, spans: capturedSpans(file, index) }));
  const stored = new Map<string, Joined>();
  let facts = 0;

  beforeAll(async () => {
    const harness = await createHarness();
    const consumer = await harness.start();
    const exporter = exporterOn(harness, brokers);
    for (const { spans } of captures) await exportInParts(exporter, spans, [1]);
    const { acked, spanAttributions } = exporter.stats();
    facts = spanAttributions.acked;
    await untilConsumed(consumer, acked + facts);
    for (const row of await storedRows(harness)) stored.set(row.id, row);
    await exporter.shutdown();
  });

  /** An inner graph of LangGraph is named by the spans around it, which its own facts cannot say: there the outer graph is the agent. */
  const WITH_INNER_GRAPHS = [
    "langgraph-js-openinference",
    "langgraph-runs-langsmith",
    "langgraph-runs-openinference",
    "langgraph-runs-openllmetry",
  ].map((name) => `${name}.otlp.json`);
  const hasInnerGraphs = ({ file }: { readonly file: string }) => WITH_INNER_GRAPHS.includes(file);

  test.each(captures.filter((capture) => !hasInnerGraphs(capture)))(
    "$file: agent, session, correlation id and parent of every action",
    ({ spans }) => {
      const wanted = wantedRows(spans, (id) => stored.has(id));
      expect(wanted.flatMap(({ id }) => stored.get(id) ?? [])).toEqual(wanted);
    },
  );

  test.each(captures.filter(hasInnerGraphs))(
    "$file: session, correlation id and parent of every action, and the outer graph for an inner one",
    ({ spans }) => {
      const wanted = wantedRows(spans, (id) => stored.has(id));
      const found = wanted.flatMap(({ id }) => stored.get(id) ?? []);
      const withoutAgent = (rows: readonly Joined[]) =>
        rows.map((row) => ({ ...row, agent_name: undefined }));
      expect(withoutAgent(found)).toEqual(withoutAgent(wanted));
      const others = found.filter((row, index) => row.agent_name !== wanted[index]?.agent_name);
      expect(others.length).toBeGreaterThan(0);
      expect(others.length).toBeLessThan(found.length / 2);
    },
  );

  test("has all actions but runs that are told from plain calls by the spans inside them", () => {
    const wanted = captures.flatMap(({ spans }) => wantedRows(spans));
    const found = wanted.filter(({ id }) => stored.has(id));
    expect(found.length / wanted.length).toBeGreaterThan(0.98);
  });

  test("has facts of few spans", () => {
    const spans = captures.reduce((sum, capture) => sum + capture.spans.length, 0);
    expect(facts).toBeGreaterThan(0);
    expect(facts).toBeLessThan(spans);
  });
});

/** The spans of a capture in the order in which they ended, with trace ids that no other capture has. */
function capturedSpans(file: string, index: number): ReadableSpan[] {
  const mark = index.toString(16).padStart(4, "0");
  const context = <Context extends { traceId: string }>(own: Context) => ({
    ...own,
    traceId: mark + own.traceId.slice(mark.length),
  });
  return readOtlpJson(readFileSync(`test/fixtures/spans/${file}`, "utf8"))
    .map(({ span: one }) =>
      Object.assign(Object.create(one) as ReadableSpan, {
        spanContext: () => context(one.spanContext()),
        ...(one.parentSpanContext && { parentSpanContext: context(one.parentSpanContext) }),
      }),
    )
    .toSorted((a, b) => a.endTime[0] - b.endTime[0] || a.endTime[1] - b.endTime[1]);
}
