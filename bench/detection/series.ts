/**
 * How often the rules over hours are wrong where nothing happened, and how soon they are right where something did: synthetic series, the code of the
 * service (src/analysis/series, the regression rule's `worsening`).
 *
 *     npx tsx bench/detection/series.ts [--series 300] [--days 10] [--planted 60] [--seed 0] [--anomalies-only]
 *
 * Thresholds were chosen by the series of seed 0; another seed makes others of the same shapes.
 */
import { parseArgs } from "node:util";
import { type AnomalyKind, believedUpTo, EVIDENCE, testsOf } from "../../src/analysis/series/anomalies.js";
import { DEFAULT_RULES } from "../../src/config/alert-rules.js";
import { worsening } from "../../src/notices/rules/regression-rule.js";
import {
  BASELINE_DAYS,
  type Fault,
  HOUR,
  REGRESSION_DAYS,
  SHAPES,
  type Shape,
  series,
  upTo,
  VOLUMES,
} from "./hours.js";

const { values } = parseArgs({
  options: {
    series: { type: "string", default: "300" },
    days: { type: "string", default: "10" },
    planted: { type: "string", default: "60" },
    seed: { type: "string", default: "0" },
    "anomalies-only": { type: "boolean", default: false },
  },
});
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
