/**
 * What it costs an agent to turn the spans of each dialect into records, by the recordings of the tests, and how much of that is redaction.
 *
 *   npm run build && npx tsx bench/dialects/run.ts [--rounds 5] [--spans 4000] [--json FILE]
 *
 * The spans go through the real processor, begin and end in the order of their times, and a transport that drops all. Each measurement is of
 * about so many spans, copies of a recording in traces of their own, with the rules of redaction and without them, in turns. Every copy has to
 * give the same actions, or the run fails.
 */
import { parseArgs } from "node:util";
import { ROOT_CONTEXT, trace } from "@opentelemetry/api";
import { AgentActionSpanProcessor, type ExporterOptions } from "otel-agent-actions/exporter";
import type { ActionRecord } from "../../exporter/deliver/serialize.js";
import { spreadOf } from "../agent/median.js";
import { type BenchRow, writeJson } from "../agent/write-json.js";
import { plainTable } from "../summary-table.js";
import { copyOf, inOrder, type Recording, recordings } from "./recordings.js";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    spans: { type: "string", default: "4000" },
    json: { type: "string" },
  },
});
const [rounds, spansAtATime] = [Number(values.rounds), Number(values.spans)];
/** The walk through an event stays: it is what makes the copy of it. */
const WITHOUT_RULES = { redaction: { defaultKeys: false, defaultPatterns: false } };
/** An agent's loop turns between its spans. */
const SPANS_A_TURN = 20;

interface Found {
  readonly dialect: string;
  readonly spans: number;
  /** Actions of one copy. */
  readonly actions: number;
  /** CPU of all threads, microseconds a span. */
  readonly withRules: number[];
  readonly without: number[];
}

const found: Found[] = [];
for (const recording of await recordings()) {
  const one = await measure(recording, 1, {});
  found.push({
    dialect: recording.dialect,
    spans: recording.spans.length,
    actions: [...one.actions.values()].reduce((sum, count) => sum + count, 0),
    withRules: [],
    without: [],
  });
}
const all = await recordings();
// What compiles is compiled once for all dialects, as in a process that meets several.
for (let round = -1; round < rounds; round++)
  for (const [index, recording] of all.entries()) {
    const copies = Math.ceil(spansAtATime / recording.spans.length);
    const withRules = await measured(recording, copies, {});
    const without = await measured(recording, copies, WITHOUT_RULES);
    if (round < 0) continue;
    found[index]!.withRules.push(withRules);
    found[index]!.without.push(without);
  }

const median = (of: readonly number[]): number => spreadOf(of).median;
/** Of each round by itself: both were measured one after the other. */
const sharesOf = ({ withRules, without }: Found): number[] =>
  withRules.map((micros, round) => (1 - without[round]! / micros) * 100);
const rows = found.flatMap((one): BenchRow[] => {
  const { median: micros, lowest, highest } = spreadOf(one.withRules);
  const share = spreadOf(sharesOf(one));
  return [
    { name: `${one.dialect}: CPU`, value: micros, unit: "µs a span", lowest, highest },
    { name: `${one.dialect}: mapped by a core`, value: 1e6 / micros, unit: "spans/s" },
    {
      name: `${one.dialect}: redaction's share`,
      value: share.median,
      unit: "%",
      lowest: share.lowest,
      highest: share.highest,
    },
  ];
});
console.log(
  plainTable(
    ["dialect", "spans", "actions", "µs a span", "spans/s", "redaction %"],
    found.map((one) => [
      one.dialect,
      String(one.spans),
      String(one.actions),
      median(one.withRules).toFixed(1),
      (1e6 / median(one.withRules)).toFixed(0),
      median(sharesOf(one)).toFixed(0),
    ]),
  ),
);
if (values.json !== undefined)
  writeJson(values.json, { name: "dialects", conditions: { rounds, spans: spansAtATime }, rows });

async function measured(recording: Recording, copies: number, options: ExporterOptions): Promise<number> {
  const { micros, actions } = await measure(recording, copies, options);
  const { actions: once } = await measure(recording, 1, options);
  for (const [action, count] of once)
    if (actions.get(action) !== count * copies)
      throw new Error(
        `${recording.dialect}: ${actions.get(action) ?? 0} times "${action}" instead of ${count * copies}`,
      );
  if (actions.size !== once.size)
    throw new Error(`${recording.dialect}: actions that one copy does not give`);
  return micros / (recording.spans.length * copies);
}

async function measure({ spans }: Recording, copies: number, options: ExporterOptions) {
  const records: ActionRecord[] = [];
  const processor = new AgentActionSpanProcessor({
    ...options,
    flushOnExit: false,
    transport: {
      send: async (batch) => {
        records.push(...batch);
        return { status: "sent" };
      },
      close: () => Promise.resolve(),
    },
  });
  const steps = Array.from({ length: copies }, (_, copy) => inOrder(copyOf(spans, copy + 1))).flat();
  const before = process.cpuUsage();
  for (const [index, [step, span]] of steps.entries()) {
    if (step === "end") processor.onEnd(span);
    else {
      const { parentSpanContext: parent } = span;
      processor.onStart(span, parent ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT);
    }
    if (index % (SPANS_A_TURN * 2) === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await processor.forceFlush();
  const { user, system } = process.cpuUsage(before);
  const { dropped } = processor.stats();
  const lost = Object.values(dropped).reduce((sum, count) => sum + count, 0);
  if (lost > 0) throw new Error(`${lost} actions were dropped`);
  await processor.shutdown();
  return { micros: user + system, actions: countActions(records) };
}

function countActions(records: readonly ActionRecord[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { value } of records) {
    const { action_type: type, action_name: name } = JSON.parse(String(value)) as Record<string, unknown>;
    // What others tell of a span is no action.
    if (type === undefined) continue;
    const action = `${type} ${name}`;
    counts.set(action, (counts.get(action) ?? 0) + 1);
  }
  return counts;
}
