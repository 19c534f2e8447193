import type { ReadableSpan } from "@opentelemetry/sdk-trace-base";
import fc from "fast-check";
import { expect, test } from "vitest";
import { withAncestors } from "../../../../exporter/correlate/span-ancestors.js";
import { type Plan, SpanCorrelator } from "../../../../exporter/correlate/span-correlator.js";
import { answers, denied, error, model, span, wants } from "./model-spans.js";

/** Something that a model asked for, and what became of it. Ids are counted up in each trace, as frameworks do. */
interface Asked {
  readonly tool: string;
  readonly hasId: boolean;
  readonly outcome: "recorded" | "recorded with id" | "failed" | "denied";
  /** The batches of the model's span that asked, of the tool's span, and of the model's span that was told. */
  readonly batches: readonly [number, number, number];
}

/** Of one sender: traces, by what was asked for in them. */
type World = readonly (readonly Asked[])[];

const BATCHES = 3;
const SENDERS = ["alice", "bob"] as const;
type Sender = (typeof SENDERS)[number];

const batch = fc.nat({ max: BATCHES - 1 });
const asked: fc.Arbitrary<Asked> = fc.record({
  tool: fc.constantFrom("pay", "search"),
  hasId: fc.boolean(),
  outcome: fc.constantFrom("recorded", "recorded with id", "failed", "denied"),
  batches: fc.tuple(batch, batch, batch),
});
const world: fc.Arbitrary<World> = fc.array(fc.array(asked, { maxLength: 3 }), {
  minLength: 1,
  maxLength: 2,
});

/** The spans of each batch. The traces and ids of all senders are the same; what they say names the sender. */
function batchesOf(traces: World, sender: Sender): readonly (readonly ReadableSpan[])[] {
  const batches: ReadableSpan[][] = Array.from({ length: BATCHES }, () => []);
  for (const [number, asks] of traces.entries()) {
    const traceId = `${number + 1}`.padStart(32, "0");
    const place = (id: string, from: number) => ({
      id,
      parent: "a0",
      traceId,
      at: [from, from + 1] as const,
    });
    batches[0]?.push(
      span({
        id: "a0",
        traceId,
        at: [0, 99],
        attributes: { "gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": sender },
      }),
    );
    for (const [at, { tool, hasId, outcome, batches: into }] of asks.entries()) {
      const id = hasId ? `call_${at + 1}` : undefined;
      const args = { of: sender, nth: at };
      const from = at * 4;
      batches[into[0]]?.push(model(place(`b${at}`, from), [], [wants(id, tool, args)]));
      if (outcome.startsWith("recorded"))
        batches[into[1]]?.push(
          span({
            ...place(`c${at}`, from + 1),
            attributes: {
              "gen_ai.operation.name": "execute_tool",
              "gen_ai.tool.name": tool,
              "gen_ai.tool.call.arguments": JSON.stringify(args),
              ...(outcome === "recorded with id" && id && { "gen_ai.tool.call.id": id }),
            },
          }),
        );
      const answer = answers(
        id,
        tool,
        outcome === "denied" ? denied(`${sender} no`) : error(`${sender} failed`),
      );
      batches[into[2]]?.push(model(place(`d${at}`, from + 2), [answer], []));
    }
  }
  return batches;
}

interface Step {
  readonly sender: Sender;
  readonly batch: number;
  readonly isCommitted: boolean;
}

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({ sender: fc.constantFrom(...SENDERS), batch, isCommitted: fc.boolean() }),
  { maxLength: 20 },
);

/** Every batch is committed at last, and comes once more after that. */
const toTheEnd = (schedule: readonly Step[]): readonly Step[] => {
  const all = SENDERS.flatMap((sender) =>
    Array.from({ length: BATCHES }, (_, at) => ({ sender, batch: at, isCommitted: true })),
  );
  return [...schedule, ...all, ...all];
};

const textOf = (plan: Plan): string =>
  JSON.stringify(plan.spans.map(({ transformed, isReportedOnly }) => [transformed, isReportedOnly]));

/** What each step's spans became. */
function played(worlds: Readonly<Record<Sender, World>>, schedule: readonly Step[]): readonly string[] {
  const correlator = new SpanCorrelator({ captureContent: true });
  return schedule.map(({ sender, batch: at, isCommitted }) => {
    const spans = batchesOf(worlds[sender], sender)[at] ?? [];
    const plan = correlator.prepare(withAncestors(spans), sender);
    if (isCommitted) correlator.commit(plan);
    return textOf(plan);
  });
}

const worlds = fc.record({ alice: world, bob: world });

test("spans that are sent again become the same events, whether the tries before failed or succeeded", () => {
  fc.assert(
    fc.property(worlds, steps, (all, schedule) => {
      const whole = toTheEnd(schedule);
      const texts = played(all, whole);
      const first = new Map<string, string>();
      for (const [at, { sender, batch: number }] of whole.entries()) {
        const name = `${sender} ${number}`;
        const text = texts[at] ?? "";
        expect(text, name).toBe(first.get(name) ?? text);
        first.set(name, text);
      }
    }),
    { numRuns: 200 },
  );
});

test("a try that failed leaves no trace in what other spans become", () => {
  fc.assert(
    fc.property(worlds, steps, (all, schedule) => {
      const isOther = ({ sender, batch: number }: Step) => sender !== "alice" || number !== 0;
      const others = schedule.filter(isOther);
      const withFailures = schedule.map((step) => (isOther(step) ? step : { ...step, isCommitted: false }));
      const texts = played(all, withFailures).filter((_, at) =>
        withFailures.slice(at, at + 1).every(isOther),
      );
      expect(texts).toEqual(played(all, others));
    }),
    { numRuns: 200 },
  );
});

test("nothing of one sender is in the events of another, whose ids are the same", () => {
  fc.assert(
    fc.property(worlds, steps, (all, schedule) => {
      const whole = toTheEnd(schedule);
      const texts = played(all, whole);
      for (const sender of SENDERS) {
        const isOwn = (step: Step) => step.sender === sender;
        const own = texts.filter((_, at) => whole.slice(at, at + 1).every(isOwn));
        expect(own).toEqual(played(all, whole.filter(isOwn)));
        const other = SENDERS.find((name) => name !== sender) ?? "";
        for (const text of own) expect(text).not.toContain(other);
      }
    }),
    { numRuns: 200 },
  );
});

test("a span that is sent again without those that it came with has the same call id, and a model reports the same calls", () => {
  const correlator = new SpanCorrelator({ captureContent: true });
  const asks = model({ id: "b1", at: [0, 1] }, [], [wants("c1", "pay", { n: 1 }), wants("c2", "fly", {})]);
  const tool = span({
    id: "b2",
    at: [2, 3],
    attributes: {
      "gen_ai.operation.name": "execute_tool",
      "gen_ai.tool.name": "pay",
      "gen_ai.tool.call.arguments": '{"n":1}',
    },
  });
  const reports = model({ id: "b3", at: [4, 5] }, [answers("c2", "fly", error("no such tool"))], []);
  const eventsOf = (...spans: readonly ReadableSpan[]) => {
    const plan = correlator.prepare(withAncestors(spans));
    correlator.commit(plan);
    return plan.spans.flatMap(({ transformed }) =>
      transformed.outcome === "event" ? [transformed.event] : [],
    );
  };
  const together = eventsOf(asks, tool, reports);
  expect(together).toMatchObject([{ tool_call_id: "c1" }, { tool_call_id: "c2", action_name: "fly" }]);
  expect(eventsOf(tool)).toMatchObject([{ tool_call_id: "c1" }]);
  expect(eventsOf(reports)).toMatchObject([{ tool_call_id: "c2", action_name: "fly" }]);
});
