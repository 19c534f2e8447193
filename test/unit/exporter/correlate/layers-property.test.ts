import type { Span } from "@opentelemetry/api";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import fc from "fast-check";
import { expect, test } from "vitest";
import { mapSpans } from "../../../../exporter/correlate/map-spans.js";
import { withAncestors } from "../../../../exporter/correlate/span-ancestors.js";
import { AgentActionSpanProcessor } from "../../../../exporter/index.js";
import type { ActionEvent } from "../../../../src/event/index.js";
import { FakeTransport } from "../fake-transport.js";
import { BEGINNING, LAYERS, type LayerName, startLayer } from "./layered-spans.js";

/** Something that an agent really did, once, and which instrumentations saw it. */
interface Deed {
  readonly tool: string;
  /** From the outermost to the innermost. */
  readonly layers: readonly LayerName[];
  /** The innermost layer has a trace of its own. */
  readonly isApart: boolean;
  /** How often the innermost layer tried. */
  readonly attempts: number;
  /** A call that is made again has the arguments of the one before. */
  readonly isRepeat: boolean;
  readonly parallel: boolean;
  readonly inside: readonly Deed[];
}

const deedsOf = (depth: number): fc.Arbitrary<Deed[]> =>
  depth === 0
    ? fc.constant([])
    : fc.array(
        fc.record({
          tool: fc.constantFrom("search", "fetch"),
          layers: fc.subarray([...LAYERS], { minLength: 1 }),
          isApart: fc.boolean(),
          attempts: fc.constantFrom(1, 1, 1, 2),
          isRepeat: fc.boolean(),
          parallel: fc.boolean(),
          inside: deedsOf(depth - 1),
        }),
        { maxLength: 3 },
      );

/** One span of a deed: what starts and ends when. */
interface Planned {
  readonly deed: number;
  readonly layer: LayerName;
  readonly tool: string;
  readonly args: object;
  readonly callId: string;
  readonly around: Planned | undefined;
  readonly from: number;
  until: number;
  span?: Span;
}

interface Plan {
  readonly spans: Planned[];
  /** Deeds that tried more than once. */
  readonly unclear: Set<number>;
}

/** Steps are milliseconds, with room between them for what clocks cannot tell. */
const STEP = 5;

function planOf(forest: readonly Deed[]): Plan {
  const plan: Plan = { spans: [], unclear: new Set() };
  let deedCount = 0;
  place(forest, undefined, 0);
  return plan;

  function place(siblings: readonly Deed[], around: Planned | undefined, start: number): number {
    let [next, end] = [start, start];
    let last: { args: object; tool: string; layers: readonly LayerName[]; parallel: boolean } | undefined;
    for (const deed of siblings) {
      const number = deedCount++;
      // A repeat is the same deed done again, and afterwards: the same layers see it. Of two at once nobody can tell whose a layer
      // in a trace of its own is; fold-calls.test.ts has those.
      const again = deed.isRepeat && last !== undefined && !last.parallel ? last : undefined;
      const [tool, layers, args] = again
        ? [again.tool, again.layers, again.args]
        : [deed.tool, deed.layers, { n: number }];
      const until = placeLayers({ ...deed, tool, layers }, args, number, layers, around, next);
      last = { args, tool, layers, parallel: deed.parallel };
      end = Math.max(end, until);
      next = deed.parallel ? next + STEP : end + STEP;
    }
    return end;
  }

  function placeLayers(
    deed: Deed,
    args: object,
    number: number,
    [layer, ...inner]: readonly LayerName[],
    around: Planned | undefined,
    start: number,
  ): number {
    if (layer === undefined) return place(deed.inside, around, start);
    const isInnermost = inner.length === 0 && deed.layers.length > 1;
    const attempts = isInnermost ? deed.attempts : 1;
    if (attempts > 1) plan.unclear.add(number);
    let next = start;
    for (let attempt = 1; attempt <= attempts; attempt++) {
      const planned: Planned = {
        deed: number,
        layer,
        tool: deed.tool,
        args,
        callId: `call_${number}`,
        around: isInnermost && deed.isApart ? undefined : around,
        from: next,
        until: next,
      };
      plan.spans.push(planned);
      const inside =
        attempt === attempts ? placeLayers(deed, args, number, inner, planned, next + STEP) : next;
      planned.until = Math.max(inside, next + STEP) + STEP;
      next = planned.until + STEP;
    }
    return next;
  }
}

/** Plays the plan: every span starts and ends at its time, whatever is around it. */
function play(plan: Plan, provider: BasicTracerProvider): void {
  const steps = plan.spans.flatMap((planned) => [
    { at: planned.from, planned, starts: true },
    { at: planned.until, planned, starts: false },
  ]);
  steps.sort((a, b) => a.at - b.at || Number(b.starts) - Number(a.starts));
  for (const { at, planned, starts } of steps)
    if (starts)
      planned.span = startLayer(provider, planned.layer, { ...planned, around: planned.around?.span, at });
    else planned.span?.end(BEGINNING + at);
}

const layersOf = ({ span_id, merged_spans = [] }: ActionEvent): (string | undefined)[] => [
  span_id,
  ...merged_spans.map((layer) => layer.span_id),
];

/**
 * What is compared between ways and orders. What was done inside an attempt is, live, said to be inside the call: it is sent before the
 * next attempt tells that it was one.
 */
function told(rows: readonly ActionEvent[], plan: Plan): readonly object[] {
  const unclear = spansInUnclear(plan);
  return rows
    .map(({ id = "", parent_action_id, possible_duplicate_of, merged_spans, action_details, span_id }) => ({
      id,
      parent: unclear.has(span_id) ? "unclear" : parent_action_id,
      possible_duplicate_of,
      merged_spans: merged_spans?.map((layer) => layer.span_id).sort(),
      action_details,
    }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

function spansInUnclear(plan: Plan): ReadonlySet<string | undefined> {
  const spans = plan.spans.filter((one) => isInUnclear(one, plan));
  return new Set(spans.map(({ span }) => span?.spanContext().spanId));
}

function isInUnclear({ deed, around }: Planned, plan: Plan): boolean {
  if (around === undefined) return false;
  return (around.deed !== deed && plan.unclear.has(around.deed)) || isInUnclear({ ...around, deed }, plan);
}

test("everything an agent did is one row, or several that are linked, live as in a file and in any order", async () => {
  await fc.assert(
    fc.asyncProperty(deedsOf(3), fc.infiniteStream(fc.nat()), async (forest, chance) => {
      const plan = planOf(forest);
      const transport = new FakeTransport();
      const memory = new InMemorySpanExporter();
      const actions = new AgentActionSpanProcessor({ transport, flushOnExit: false, lingerMillis: 0 });
      const provider = new BasicTracerProvider({
        spanProcessors: [actions, new SimpleSpanProcessor(memory)],
      });
      play(plan, provider);
      const stats = actions.stats();
      expect(stats.held).toBe(0);
      expect(stats.ended).toBe(plan.spans.length);
      await actions.shutdown();
      const live: ActionEvent[] = transport.landed.map(({ value }) => JSON.parse(value.toString()));

      const shuffled = memory
        .getFinishedSpans()
        .map((span) => ({ span, key: chance.next().value ?? 0 }))
        .sort((a, b) => a.key - b.key)
        .map(({ span }) => span);
      const file = mapSpans(withAncestors(shuffled), { captureContent: true }).flatMap(({ transformed }) =>
        transformed.outcome === "event" ? [transformed.event as ActionEvent] : [],
      );
      expect(told(live, plan)).toEqual(told(JSON.parse(JSON.stringify(file)), plan));

      const rowOf = new Map(live.flatMap((row) => layersOf(row).map((spanId) => [spanId, row] as const)));
      const deedOf = new Map(plan.spans.map(({ span, deed }) => [span?.spanContext().spanId, deed]));
      for (const row of live)
        expect(new Set(layersOf(row).map((spanId) => deedOf.get(spanId))).size, "deeds in a row").toBe(1);
      for (const deed of new Set(deedOf.values())) {
        const spans = plan.spans.filter((one) => one.deed === deed);
        const rows = new Set(spans.map(({ span }) => rowOf.get(span?.spanContext().spanId)));
        expect(rows.has(undefined), "every span is in a row").toBe(false);
        const unlinked = [...rows].filter((row) => row?.possible_duplicate_of === undefined);
        expect(unlinked.length, "rows of a deed that are not linked").toBe(1);
        if (!plan.unclear.has(deed)) expect(rows.size, "rows of a deed").toBe(1);
      }
      const inUnclear = spansInUnclear(plan);
      for (const { span_id, parent_action_id, possible_duplicate_of } of live)
        for (const id of [inUnclear.has(span_id) ? undefined : parent_action_id, possible_duplicate_of])
          if (id !== undefined)
            expect(
              live.some((row) => row.id === id),
              "the action is a row",
            ).toBe(true);
    }),
    { numRuns: 60 },
  );
}, 60_000);
