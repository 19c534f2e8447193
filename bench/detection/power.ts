/**
 * What the rules over hours find, and how soon: series of hours with a fault from some hour after 56 days on, and beside each one without, looked at every
 * hour for 72 hours; the code of the service. Beside it, plain thresholds: an hour of twice the usual calls, three times the usual failures, a median or a
 * 95th percentile 20 % above the usual, each the mean of all hours before.
 *
 *     npx tsx bench/detection/power.ts [--series 200] [--seed 101] [--fault NAME] [--volume N] [--known DAYS]
 *
 * Thresholds were chosen with seed 0. 200 series of each take some ten minutes.
 */
import { parseArgs } from "node:util";
import { type Hour, testsOf } from "../../src/analysis/series/anomalies.js";
import { DEFAULT_RULES } from "../../src/config/alert-rules.js";
import { EARLIER_DAYS, firstWorsening, METRICS } from "../../src/notices/rules/worsening.js";
import { BASELINE_DAYS, type Fault, HOUR, Known, type Shape, series } from "./hours.js";
import { clopperPearson } from "./intervals.js";
import { median, table } from "./tables.js";

const { values } = parseArgs({
  options: {
    series: { type: "string", default: "200" },
    seed: { type: "string", default: "101" },
    fault: { type: "string", default: "" },
    volume: { type: "string", default: "" },
    known: { type: "string", default: String(EARLIER_DAYS) },
  },
});
const [count, seed] = [Number(values.series), Number(values.seed)];
/** As many other series are judged with each, so that a p-value has to be so small. */
const AMONG = 300;
const FROM = Number(values.known) * 24 + 5;
const HOURS = 72;

type Kind = "rate" | "errors" | "duration";
type Finder = (known: Known, hour: number) => Promise<readonly Found[]>;
interface Found {
  readonly kind: Kind;
  /** Factor that is told. */
  readonly factor: number;
  /** Of a shift, the hour that it is said to have begun in. */
  readonly since?: number;
}

/** What the service would say at an hour. */
const ours: Finder = async (known, hour) => {
  const { falseDiscoveryRate, maxP } = DEFAULT_RULES.anomaly;
  const limit = Math.min(maxP, falseDiscoveryRate / AMONG);
  const found: Found[] = testsOf(known.upTo(hour, BASELINE_DAYS), hour * HOUR)
    .filter(({ p }) => p <= limit)
    .map(({ kind, value, usual }) => ({ kind, factor: value / usual }));
  for (const metrics of METRICS) {
    const worse = await firstWorsening(known.lookedAt(hour, hour), metrics, DEFAULT_RULES.regression);
    if (worse)
      found.push({ kind: metrics[0], factor: Math.exp(worse.change.shift), since: worse.since / HOUR });
  }
  return found;
};

const meanOf = (numbers: readonly number[]): number =>
  numbers.reduce((sum, each) => sum + each, 0) / Math.max(1, numbers.length);

const plain: Finder = async (known, hour) => {
  const hours = known.upTo(hour, BASELINE_DAYS);
  const last = hours.at(-1);
  if (last?.at !== hour * HOUR || last.calls < 20) return [];
  const before = hours.slice(0, -1);
  const found: Found[] = [];
  const calls = meanOf(before.map((each) => each.calls));
  if (last.calls >= 2 * calls) found.push({ kind: "rate", factor: last.calls / calls });
  const share = meanOf(before.map((each) => each.failed)) / calls;
  if (last.failed / last.calls >= 3 * share)
    found.push({ kind: "errors", factor: last.failed / last.calls / share });
  for (const figure of [(each: Hour) => each.logMedian, (each: Hour) => each.logP95]) {
    const usual = meanOf(before.flatMap((each) => figure(each) ?? []));
    const now = figure(last);
    if (now !== undefined && now - usual >= Math.log(1.2)) {
      found.push({ kind: "duration", factor: Math.exp(now - usual) });
      break;
    }
  }
  return found;
};

interface Case {
  readonly name: string;
  readonly kind: Kind;
  readonly fault: Omit<Fault, "from">;
  readonly volumes: readonly number[];
  /** Parts of a shape; the standard deviation of rates from hour to hour is 1 / √size. */
  readonly shape?: Partial<Shape>;
}
const CASES: readonly Case[] = [
  { name: "rate x2", kind: "rate", fault: { rate: 2 }, volumes: [2, 5, 10, 30, 200] },
  { name: "rate x2, uneven", kind: "rate", fault: { rate: 2 }, volumes: [10, 30, 200], shape: { size: 8 } },
  {
    name: "rate x2, by season",
    kind: "rate",
    fault: { rate: 2 },
    volumes: [10, 30, 200],
    shape: { season: "week" },
  },
  { name: "errors x3 of 5 %", kind: "errors", fault: { errors: 3 }, volumes: [2, 5, 10, 30, 200] },
  {
    name: "errors x3 of 2 %",
    kind: "errors",
    fault: { errors: 3 },
    volumes: [10, 30, 200],
    shape: { failures: 0.02, rho: 0.002 },
  },
  { name: "all durations +20 %", kind: "duration", fault: { duration: 1.2 }, volumes: [10, 20, 30, 60, 200] },
  { name: "p95 alone +20 %", kind: "duration", fault: { p95: 1.2 }, volumes: [60, 100, 200, 400] },
];
const STEADY: Shape = {
  name: "steady",
  volume: 0,
  season: "none",
  size: 50,
  failures: 0.05,
  rho: 0.005,
  drift: 0.05,
};

interface Judged {
  /** Hours from the fault to the first finding of its kind; `undefined`: none. */
  readonly delays: readonly (number | undefined)[];
  readonly factors: readonly number[];
  /** Findings before the fault, of other kinds, and in the series without one. */
  readonly wrong: number;
}

async function judge(finder: Finder, { kind, fault, shape }: Case, volume: number): Promise<Judged> {
  const delays: (number | undefined)[] = [];
  const factors: number[] = [];
  let wrong = 0;
  for (let index = 0; index < count; index++) {
    const of: Shape = { ...STEADY, ...shape, volume };
    const at = seed * 1_000_003 + 31 * index + volume;
    const end = FROM + HOURS + 1;
    const faulty = new Known(series(of, end, at, { from: FROM, ...fault }), end);
    const without = new Known(series(of, end, at + 500_000), end);
    let delay: number | undefined;
    const wrongly = new Set<Kind>();
    for (let hour = FROM; hour < FROM + HOURS; hour++) {
      if (delay === undefined)
        for (const found of await finder(faulty, hour)) {
          // What is said to have begun a day before the fault is no finding of it.
          if (found.kind !== kind || (found.since ?? FROM) < FROM - 24) wrongly.add(found.kind);
          else if (delay === undefined) {
            delay = hour - FROM + 1;
            factors.push(found.factor);
          }
        }
      for (const found of await finder(without, hour)) wrongly.add(found.kind);
    }
    wrong += wrongly.size;
    delays.push(delay);
  }
  return { delays, factors, wrong };
}

/** Hours within which 95 % of all series were found. */
function hoursFor95(delays: readonly (number | undefined)[]): number | undefined {
  const sorted = delays.filter((delay) => delay !== undefined).sort((one, other) => one - other);
  return sorted[Math.ceil(delays.length * 0.95) - 1];
}

function row(
  name: string,
  by: string,
  volume: number,
  { delays, factors, wrong }: Judged,
): readonly string[] {
  const found = delays.filter((delay) => delay !== undefined);
  const within = hoursFor95(delays);
  const [low] = clopperPearson(found.length, delays.length);
  const higher = factors.filter((factor) => factor > 1).length;
  return [
    name,
    by,
    String(volume),
    within === undefined ? "–" : `${within} h, ${(within * volume).toLocaleString("en")} calls`,
    `${(found.length / delays.length).toFixed(3)} (from ${low.toFixed(3)})`,
    found.length + wrong === 0 ? "–" : (found.length / (found.length + wrong)).toFixed(3),
    found.length === 0 ? "–" : `${higher} of ${found.length}`,
    median(found),
    factors.length === 0 ? "–" : `x${Number(median(factors)).toFixed(2)}`,
  ];
}

/** Nothing is to be said where it became better. */
async function improvements(): Promise<void> {
  const better: readonly Case[] = [
    { name: "rate halved", kind: "rate", fault: { rate: 0.5 }, volumes: [30, 200] },
    { name: "a third of the errors", kind: "errors", fault: { errors: 1 / 3 }, volumes: [30, 200] },
    { name: "durations -20 %", kind: "duration", fault: { duration: 0.8 }, volumes: [30, 200] },
  ];
  const rows: string[][] = [];
  for (const each of better)
    for (const volume of each.volumes) {
      const { delays, wrong } = await judge(ours, each, volume);
      const found = delays.filter((delay) => delay !== undefined).length;
      rows.push([each.name, String(volume), String(found), String(wrong)]);
    }
  table(["change for the better", "calls an hour", `told of ${count}`, "of other kinds, or of none"], rows);
}

console.log(
  `## Planted: ${count} series of each, and as many without, 72 hours, seed ${seed}, after ${values.known} days\n`,
);
const rows: (readonly string[])[] = [];
for (const each of CASES.filter(({ name }) => name.includes(values.fault)))
  for (const volume of each.volumes.filter((one) => values.volume === "" || one === Number(values.volume))) {
    rows.push(row(each.name, "this package", volume, await judge(ours, each, volume)));
    rows.push(row(each.name, "plain threshold", volume, await judge(plain, each, volume)));
    console.error(rows.slice(-2).join("\n"));
  }
table(
  [
    "fault",
    "by",
    "calls an hour",
    "95 % found within",
    "recall in 72 h (95 % from)",
    "precision",
    "direction right",
    "hours (median)",
    "factor told",
  ],
  rows,
);
if (values.fault === "" || values.fault === "better") await improvements();
