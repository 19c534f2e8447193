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
import { deedsOf, type Plan, planOf, spansInUnclear } from "./layer-plan.js";
import { BEGINNING, startLayer } from "./layered-spans.js";

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
