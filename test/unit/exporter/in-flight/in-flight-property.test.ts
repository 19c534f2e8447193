import { setImmediate as nextTurn } from "node:timers/promises";
import { BasicTracerProvider, type IdGenerator } from "@opentelemetry/sdk-trace-base";
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { AgentActionSpanProcessor } from "../../../../exporter/index.js";
import { type ActionEvent, actionId, spanIdentity } from "../../../../src/event/index.js";
import { deedsOf, type Plan, planOf, spansInUnclear } from "../correlate/layer-plan.js";
import { BEGINNING, describeLayer, type Late, startLayer } from "../correlate/layered-spans.js";
import { FakeTransport } from "../fake-transport.js";
import { withFakeIntervals } from "./in-flight-agent.js";

withFakeIntervals();

/** The same ids each time, so that what happened twice can be compared. */
function countingIds(): IdGenerator {
  let [traces, spans] = [0, 0];
  return {
    generateTraceId: () => (++traces).toString(16).padStart(32, "0"),
    generateSpanId: () => (++spans).toString(16).padStart(16, "0"),
  };
}

/** What was sent of a plan whose spans end after waits of so many seconds. Some say only at their end what they are. */
async function play(
  plan: Plan,
  inFlightAfterMillis: number,
  waits: readonly number[],
  late: readonly Late[],
) {
  const transport = new FakeTransport();
  const processor = new AgentActionSpanProcessor({
    transport,
    flushOnExit: false,
    lingerMillis: 0,
    inFlightAfterMillis,
  });
  const provider = new BasicTracerProvider({ idGenerator: countingIds(), spanProcessors: [processor] });
  const steps = plan.spans.flatMap((planned, index) => [
    { at: planned.from, planned, starts: true, said: late[index % late.length] },
    { at: planned.until, planned, starts: false, said: late[index % late.length] },
  ]);
  steps.sort((a, b) => a.at - b.at || Number(b.starts) - Number(a.starts));
  for (const [index, { at, planned, starts, said }] of steps.entries()) {
    for (let second = 0; second < (waits[index % waits.length] ?? 0); second++) {
      for (let quarter = 0; quarter < 4; quarter++) {
        vi.advanceTimersByTime(250);
        await nextTurn();
      }
    }
    const call = { ...planned, around: planned.around?.span, at, late: said };
    if (starts) planned.span = startLayer(provider, planned.layer, call);
    else if (planned.span !== undefined) {
      if (said !== "nothing") describeLayer(planned.span, planned.layer, call);
      planned.span.end(BEGINNING + at);
    }
  }
  await processor.forceFlush();
  const events = transport.landed
    .filter(({ kind }) => kind === "action")
    .map(({ value }) => JSON.parse(value.toString()) as ActionEvent & { id: string });
  await processor.shutdown();
  return { rows: rowsOf(events), events, stats: processor.stats() };
}

/** As the store merges them: what the end says holds, what only the beginning said stays. */
function rowsOf(events: readonly (ActionEvent & { id: string })[]) {
  const superseded = new Set(events.filter(({ status }) => status === "superseded").map(({ id }) => id));
  const rows = new Map<string, ActionEvent>();
  const byState = events.toSorted((one, other) => Number(isRunning(other)) - Number(isRunning(one)));
  for (const event of byState) {
    if (event.status === "superseded" || (isRunning(event) && superseded.has(event.id))) continue;
    const { action_details, ...before } = rows.get(event.id) ?? {};
    const details = { ...action_details, ...event.action_details };
    rows.set(event.id, { ...before, ...event, action_details: details } as ActionEvent);
  }
  return rows;
}

const isRunning = ({ status }: ActionEvent): boolean => status === "running";

const layersOf = ({ span_id, merged_spans = [] }: ActionEvent): string =>
  [span_id, ...merged_spans.map((layer) => layer.span_id)].sort().join(" ");

/**
 * What rows say, but for which of its layers a call is named after.
 *
 * @param areParentsKnown whether calls that are open say their arguments: else two of them may be taken for one, and what is inside names either
 */
function told(
  rows: ReadonlyMap<string, ActionEvent>,
  plan: Plan,
  areParentsKnown: boolean,
): readonly object[] {
  const unclear = spansInUnclear(plan);
  const spanOf = new Map(
    plan.spans.flatMap(({ span, from }) => {
      if (span === undefined) return [];
      const { traceId, spanId } = span.spanContext();
      return [[actionId(BEGINNING + from, spanIdentity(traceId, spanId)), spanId] as const];
    }),
  );
  const callOf = (id: string | undefined) => {
    const spanId = id && spanOf.get(id);
    return [...rows.values()].map(layersOf).find((layers) => spanId && layers.split(" ").includes(spanId));
  };
  return [...rows.values()]
    .map((row) => ({
      layers: layersOf(row),
      status: row.status,
      name: row.action_name,
      details: row.action_details,
      callId: row.tool_call_id,
      duplicateOf: callOf(row.possible_duplicate_of),
      parent: areParentsKnown && !unclear.has(row.span_id) ? callOf(row.parent_action_id) : "unclear",
    }))
    .sort((one, other) => (one.layers < other.layers ? -1 : 1));
}

test("whatever is published while it is open, the rows in the end are those of an agent that publishes nothing", async () => {
  let published = 0;
  await fc.assert(
    fc.asyncProperty(
      deedsOf(3),
      fc.array(fc.constantFrom(0, 0, 1, 2), { minLength: 1, maxLength: 20 }),
      fc.array(fc.constantFrom<Late>("nothing", "arguments", "everything"), { minLength: 1, maxLength: 20 }),
      async (forest, waits, late) => {
        const plan = planOf(forest);
        const without = await play(plan, 0, waits, late);
        const areParentsKnown = !late.includes("arguments");
        const rowsWithout = told(without.rows, plan, areParentsKnown);
        const { rows, events, stats } = await play(plan, 1_000, waits, late);
        expect(told(rows, plan, areParentsKnown)).toEqual(rowsWithout);
        expect([...rows.values()].filter(isRunning)).toEqual([]);
        const { runningEvents, heartbeats: _h, ...counts } = stats;
        const { runningEvents: _r, heartbeats: _g, ...countsWithout } = without.stats;
        expect(counts).toEqual(countsWithout);
        const extra = events.length - without.events.length;
        expect(runningEvents).toEqual({ acked: extra, waiting: 0, dropped: 0 });
        published += extra;
      },
    ),
    { numRuns: 40 },
  );
  // Else nothing was tried.
  expect(published).toBeGreaterThan(0);
}, 120_000);
