/**
 * How well loops are found: planted runs, null runs, recorded runs, beside the rules of other agents on the same runs.
 *
 *     npx tsx bench/detection/loops.ts [--runs 300] [--recorded FOLDER [--held-out]] [--show]
 *
 * The rules are those of the service and of onLoop (src/analysis). What the service adds, reading and writing rows, test/integration/notices.test.ts covers.
 */
import { parseArgs } from "node:util";
import { callKey, canonicalText, resultKey } from "../../src/analysis/call-keys.js";
import type { Loop } from "../../src/analysis/loop.js";
import { LoopSequence } from "../../src/analysis/loop-sequence.js";
import { isSpecific, isWait, mayChange, saysError, saysNothingNew } from "../../src/analysis/step.js";
import { HELD_OUT, labelled, SETS } from "./labelled.js";
import { NULLS, nullRuns } from "./null-runs.js";
import { onsets } from "./onset.js";
import { LOOPS, loopRuns } from "./planted.js";
import { recordedRuns } from "./recorded.js";
import { cline, crush, type Detector, geminiCli, openHands } from "./references.js";
import { deedsOf, type Run } from "./runs.js";
import { median, table } from "./tables.js";

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "300" },
    recorded: { type: "string" },
    show: { type: "boolean", default: false },
    "held-out": { type: "boolean", default: false },
  },
});
const count = Number(values.runs);

/** Everything that is found in a run, each as it begins. */
function loopsIn(run: Run): readonly Loop[] {
  const sequence = new LoopSequence();
  const found = new Map<string, Loop>();
  for (const deed of deedsOf(run)) {
    if (deed.type === "turn") sequence.turn(deed.turn);
    else if (deed.type === "wait") sequence.wait();
    else
      for (const loop of sequence.add(deed.step)) {
        const key = `${loop.kind} ${loop.firstId}`;
        if (loop.isGoing && !found.has(key)) found.set(key, loop);
      }
  }
  return [...found.values()];
}

const placeOf = (id: string): number => Number(id.slice(id.lastIndexOf(" ") + 1));

const OURS: Detector = (run) => {
  const [loop] = loopsIn(run);
  return loop && placeOf(loop.lastId);
};
const DETECTORS: Readonly<Record<string, Detector>> = {
  "this package": OURS,
  "gemini-cli": geminiCli,
  OpenHands: openHands,
  crush,
  cline,
};

/** Where it fires first; detectors say -1 for nowhere, too. */
const firedAt = (detector: Detector, run: Run): number | undefined => {
  const at = detector(run);
  return at === -1 ? undefined : at;
};

console.log(
  `## Planted loops: found of ${count} runs each, and calls from the loop's first to the one that decides (median)\n`,
);
const names = Object.keys(DETECTORS);
const totals = new Map(names.map((name) => [name, { found: 0, early: 0, planted: 0, alarms: 0, nulls: 0 }]));
table(
  ["loop", ...names],
  Object.keys(LOOPS).map((kind) => {
    const runs = loopRuns(kind, count);
    return [
      kind,
      ...names.map((name) => {
        const total = totals.get(name);
        const places = runs.map((run) => ({ run, at: firedAt(DETECTORS[name] as Detector, run) }));
        const found = places.filter(({ run, at }) => at !== undefined && at >= (run.loopFrom ?? 0));
        if (total) {
          total.planted += runs.length;
          total.found += found.length;
          total.early += places.filter(({ run, at }) => at !== undefined && at < (run.loopFrom ?? 0)).length;
        }
        return `${found.length} (${median(found.map(({ run, at }) => (at ?? 0) - (run.loopFrom ?? 0) + 1))})`;
      }),
    ];
  }),
);

console.log(`## Runs without a loop: false alarms in ${count} runs each\n`);
table(
  ["run", ...names],
  Object.keys(NULLS).map((kind) => {
    const runs = nullRuns(kind, count);
    return [
      kind,
      ...names.map((name) => {
        const alarms = runs.filter((run) => firedAt(DETECTORS[name] as Detector, run) !== undefined);
        const total = totals.get(name);
        if (total) {
          total.alarms += alarms.length;
          total.nulls += runs.length;
        }
        if (values.show && name === "this package")
          for (const run of alarms.slice(0, 3)) console.error(run.name, loopsIn(run));
        return String(alarms.length);
      }),
    ];
  }),
);

table(
  ["", "recall", "precision", "false alarms per 1,000 runs without a loop"],
  names.map((name) => {
    const { found, early, planted, alarms, nulls } = totals.get(name) ?? {
      found: 0,
      early: 0,
      planted: 1,
      alarms: 0,
      nulls: 1,
    };
    return [
      name,
      (found / planted).toFixed(3),
      (found / (found + early + alarms || 1)).toFixed(3),
      ((alarms / nulls) * 1_000).toFixed(1),
    ];
  }),
);

measureCost();

/** As the service has it: keys of texts that Postgres has written, and the rules. */
function measureCost(): void {
  const runs = Object.keys(NULLS).flatMap((kind) => nullRuns(kind, 50));
  const texts = runs.flatMap(({ calls }) =>
    calls.map(({ tool, args, result }) => ({
      tool,
      parameters: canonicalText(args),
      result: canonicalText(result),
    })),
  );
  const deeds = runs.map(deedsOf);
  const bytes = texts.reduce((sum, { parameters, result }) => sum + parameters.length + result.length, 0);
  console.log(
    `Of ${texts.length} calls with ${Math.round(bytes / texts.length)} characters of arguments and result on average, µs of CPU a call:\n`,
  );
  const rows = [1, 2, 3].map((round) => {
    const keys = microsOf(() => {
      for (const { tool, parameters, result } of texts) {
        isWait(tool, parameters);
        callKey(tool, parameters);
        resultKey(result);
        mayChange(tool);
        saysNothingNew(tool, result);
        isSpecific(tool, result);
        saysError(result);
      }
    });
    const rules = microsOf(() => {
      for (const run of deeds) {
        const sequence = new LoopSequence();
        for (const deed of run) if (deed.type === "call") sequence.add(deed.step);
      }
    });
    return [
      String(round),
      ...[keys, rules, keys + rules].map((micros) => (micros / texts.length).toFixed(2)),
    ];
  });
  table(["round", "keys", "rules", "both"], rows);
}

function microsOf(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

if (values.recorded !== undefined) {
  const runs = recordedRuns(values.recorded);
  const calls = runs.reduce((sum, run) => sum + run.calls.length, 0);
  console.log(`## Recorded runs: ${runs.length} with ${calls} calls; runs with at least one loop\n`);
  table(names, [
    names.map((name) =>
      String(runs.filter((run) => firedAt(DETECTORS[name] as Detector, run) !== undefined).length),
    ),
  ]);
  const byKind = new Map<string, number>();
  for (const run of runs)
    for (const loop of loopsIn(run)) {
      byKind.set(loop.kind, (byKind.get(loop.kind) ?? 0) + 1);
      if (!values.show) continue;
      const from = placeOf(loop.firstId);
      console.log(`### ${run.name}: ${loop.kind}, from call ${from}`);
      for (const { args, result, error } of run.calls.slice(from, placeOf(loop.lastId) + 1))
        console.log(
          `    ${JSON.stringify(args).slice(0, 110)} => ${(error === undefined ? JSON.stringify(result) : `FAILED ${error}`)?.slice(0, 90)}`,
        );
    }
  table(
    ["kind", "loops"],
    [...byKind].map(([kind, found]) => [kind, String(found)]),
  );
  const clean = new Set([...Object.values(SETS), ...Object.values(HELD_OUT)].flatMap(({ none }) => none));
  onsets(
    runs.filter(({ name }) => clean.has(name)),
    Math.ceil(count / 100),
    OURS,
  );
  for (const [name, set] of Object.entries(SETS)) labelled(name, set, runs, DETECTORS, values.show);
  if (values["held-out"])
    for (const [name, set] of Object.entries(HELD_OUT)) labelled(name, set, runs, DETECTORS, values.show);
}
