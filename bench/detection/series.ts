/**
 * How often the rules over hours are wrong where nothing happened, and how soon they are right where something did: synthetic series, the code of the
 * service (src/analysis/series, the regression rule's `worsening`).
 *
 *     npx tsx bench/detection/series.ts [--series 300] [--days 10] [--planted 60] [--seed 0] [--anomalies-only]
 *
 * Thresholds were chosen by the series of seed 0; another seed makes others of the same shapes.
 */
import { parseArgs } from "node:util";
import {
  type AnomalyKind,
  believedUpTo,
  EVIDENCE,
  type Hour,
  testsOf,
} from "../../src/analysis/series/anomalies.js";
import { randomFrom } from "../../src/analysis/series/random.js";
import { DEFAULT_RULES } from "../../src/config/alert-rules.js";
import { worsening } from "../../src/notices/rules/regression-rule.js";

const { values } = parseArgs({
  options: {
    series: { type: "string", default: "300" },
    days: { type: "string", default: "10" },
    planted: { type: "string", default: "60" },
    seed: { type: "string", default: "0" },
    "anomalies-only": { type: "boolean", default: false },
  },
});
const HOUR = 3_600_000;
const BASELINE_DAYS = 28;
const REGRESSION_DAYS = 14;

interface Shape {
  /** Calls of an hour on average. */
  readonly volume: number;
  readonly season: "none" | "day" | "week";
  /** Of the rate, from hour to hour: the smaller, the more they differ. */
  readonly size: number;
  readonly failures: number;
  /** How alike failures of one hour are. */
  readonly rho: number;
  /** Standard deviation of the median's logarithm from hour to hour, beside chance. */
  readonly drift: number;
}

interface Fault {
  readonly from: number;
  readonly rate?: number;
  readonly errors?: number;
  readonly duration?: number;
}

type Random = () => number;
const normal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(random() + 1e-300)) * Math.cos(2 * Math.PI * random());

/** Marsaglia and Tsang, 2000. */
function gamma(shape: number, random: Random): number {
  if (shape < 1) return gamma(shape + 1, random) * random() ** (1 / shape);
  const d = shape - 1 / 3;
  for (;;) {
    const z = normal(random);
    const v = (1 + z / Math.sqrt(9 * d)) ** 3;
    if (v > 0 && Math.log(random()) < 0.5 * z * z + d - d * v + d * Math.log(v)) return d * v;
  }
}

function poisson(mean: number, random: Random): number {
  if (mean > 200) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));
  let count = 0;
  for (let product = random(); product > Math.exp(-mean); product *= random()) count++;
  return count;
}

const level = (season: Shape["season"], hour: number): number => {
  const day = 0.55 + 0.45 * Math.sin((2 * Math.PI * (hour % 24)) / 24);
  if (season === "none") return 1;
  return season === "day" ? 2 * day : hour % 168 < 120 ? 2.4 * day : 0.4 * day;
};

function series(shape: Shape, hours: number, seed: number, fault?: Fault): Hour[] {
  const random = randomFrom(seed);
  const made: Hour[] = [];
  for (let hour = 0; hour < hours; hour++) {
    const on = fault !== undefined && hour >= fault.from;
    const mean = shape.volume * level(shape.season, hour) * (on ? (fault.rate ?? 1) : 1);
    const calls = poisson((mean * gamma(shape.size, random)) / shape.size, random);
    if (calls === 0) continue;
    const share = Math.min(0.95, shape.failures * (on ? (fault.errors ?? 1) : 1));
    const total = (1 - shape.rho) / shape.rho;
    const [a, b] = [gamma(share * total, random), gamma((1 - share) * total, random)];
    let failed = 0;
    for (let call = 0; call < calls; call++) if (random() < a / (a + b)) failed++;
    // The median of n log-normal durations with a spread of 1.
    const logMedian =
      6 +
      shape.drift * normal(random) +
      (1.2533 / Math.sqrt(calls)) * normal(random) +
      (on ? Math.log(fault.duration ?? 1) : 0);
    made.push({ at: hour * HOUR, calls, failed, logMedian: calls >= 10 ? logMedian : undefined });
  }
  return made;
}

const VOLUMES = [2, 30, 200];
const SHAPES: readonly Shape[] = VOLUMES.flatMap((volume) =>
  (["none", "day", "week"] as const).flatMap((season) => [
    { volume, season, size: 50, failures: 0.02, rho: 0.002, drift: 0.05 },
    { volume, season, size: 4, failures: 0.1, rho: 0.03, drift: 0.15 },
  ]),
);

const upTo = (hours: readonly Hour[], hour: number, days: number): readonly Hour[] =>
  hours.filter(({ at }) => at <= hour * HOUR && at > (hour - days * 24) * HOUR);

async function nullStreams(): Promise<void> {
  const count = Number(values.series);
  const days = Number(values.days);
  const end = (BASELINE_DAYS + days) * 24;
  const all = Array.from({ length: count }, (_, index) =>
    series(SHAPES[index % SHAPES.length] as Shape, end, 17 * index + 1 + 1_000_003 * Number(values.seed)),
  );
  const alarms: Record<string, number> = {
    rate: 0,
    errors: 0,
    duration: 0,
  };
  const began = process.cpuUsage();
  for (let hour = BASELINE_DAYS * 24; hour < end; hour++) {
    const tests = all.flatMap((hours) => {
      const known = upTo(hours, hour, BASELINE_DAYS);
      const last = known.at(-1);
      return last?.at === hour * HOUR && last.calls >= EVIDENCE.calls ? testsOf(known) : [];
    });
    const limit = believedUpTo(
      tests.map(({ p }) => p),
      DEFAULT_RULES.anomaly.falseDiscoveryRate,
    );
    for (const { kind, p } of tests) if (p <= limit) alarms[kind] = (alarms[kind] ?? 0) + 1;
  }
  const anomalyMicros = cpuSince(began);
  const regressionBegan = process.cpuUsage();
  const metrics = values["anomalies-only"] ? [] : (["duration", "errors"] as const);
  let looks = 0;
  for (const [index, hours] of all.entries())
    for (const metric of metrics) {
      alarms[`regression of ${metric}`] ??= 0;
      // One incident a shift: a series that goes on being told is one alarm.
      let isOpen = false;
      for (let day = BASELINE_DAYS; day < BASELINE_DAYS + days; day++) {
        looks++;
        const worse = await worsening(
          upTo(hours, day * 24, REGRESSION_DAYS),
          metric,
          DEFAULT_RULES.regression,
          index + day,
        );
        if (worse && !isOpen)
          alarms[`regression of ${metric}`] = (alarms[`regression of ${metric}`] ?? 0) + 1;
        isOpen = worse !== undefined;
      }
    }
  console.log(
    `## Nothing happened: ${count} series for ${days} days after ${BASELINE_DAYS}, ${count * days} series-days, seed ${values.seed}\n`,
  );
  console.log("| rule | false alarms | per 1,000 series-days |\n|---|---|---|");
  for (const [rule, found] of Object.entries(alarms))
    console.log(`| ${rule} | ${found} | ${((found / count / days) * 1_000).toFixed(2)} |`);
  const ofLooks =
    looks === 0
      ? ""
      : `, ${(cpuSince(regressionBegan) / looks / 1_000).toFixed(2)} ms a series and look for regressions`;
  console.log(
    `\nCPU: ${(anomalyMicros / count / days / 24 / 1_000).toFixed(3)} ms a series and hour for anomalies${ofLooks}.\n`,
  );
}

function cpuSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

const FAULTS: readonly {
  readonly name: string;
  readonly fault: Omit<Fault, "from">;
  readonly kind: AnomalyKind | "duration shift" | "errors shift";
}[] = [
  { name: "rate x2", fault: { rate: 2 }, kind: "rate" },
  { name: "rate x4", fault: { rate: 4 }, kind: "rate" },
  { name: "error rate x3", fault: { errors: 3 }, kind: "errors" },
  { name: "error rate x3, as a shift", fault: { errors: 3 }, kind: "errors shift" },
  { name: "durations +50 %, as a shift", fault: { duration: 1.5 }, kind: "duration shift" },
  { name: "durations +20 %, as a shift", fault: { duration: 1.2 }, kind: "duration shift" },
];

/** Found within three days, and after how many hours; of the shifts the size that was found. */
async function planted(): Promise<void> {
  const count = Number(values.planted);
  console.log(
    `## Planted: found within 72 hours of ${count} series each, and after how many hours (median); judged alone, among 300 series of which nothing is known\n`,
  );
  console.log(
    `| fault | ${VOLUMES.map((volume) => `${volume} calls an hour`).join(" | ")} |\n|---|${VOLUMES.map(() => "---").join("|")}|`,
  );
  for (const { name, fault, kind } of FAULTS) {
    const cells: string[] = [];
    for (const volume of VOLUMES) {
      const delays: number[] = [];
      const shifts: number[] = [];
      for (let index = 0; index < count; index++) {
        const from = BASELINE_DAYS * 24 + 5;
        const shape: Shape = { volume, season: "none", size: 50, failures: 0.05, rho: 0.005, drift: 0.05 };
        const hours = series(shape, from + 73, 31 * index + volume, { from, ...fault });
        for (let hour = from; hour < from + 72; hour += kind.endsWith("shift") ? 6 : 1) {
          const shift = kind === "duration shift" ? "duration" : "errors";
          const worse = kind.endsWith("shift")
            ? await worsening(upTo(hours, hour, REGRESSION_DAYS), shift, DEFAULT_RULES.regression, index)
            : undefined;
          const known = upTo(hours, hour, BASELINE_DAYS);
          const isFound = kind.endsWith("shift")
            ? worse !== undefined && Math.abs(worse.since / HOUR - from) <= 24
            : known.at(-1)?.at === hour * HOUR &&
              testsOf(known).some(
                (test) => test.kind === kind && test.p <= DEFAULT_RULES.anomaly.falseDiscoveryRate / 300,
              );
          if (!isFound) continue;
          delays.push(hour - from + 1);
          if (worse) shifts.push(Math.exp(worse.change.shift));
          break;
        }
      }
      const middle = (numbers: readonly number[]) =>
        numbers.toSorted((one, other) => one - other)[numbers.length >> 1];
      const size = middle(shifts);
      cells.push(
        `${delays.length} (${middle(delays) ?? "–"} h${size === undefined ? "" : `, x${size.toFixed(2)}`})`,
      );
    }
    console.log(`| ${name} | ${cells.join(" | ")} |`);
  }
}

await nullStreams();
if (values.planted !== "0") await planted();
