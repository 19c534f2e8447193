/**
 * How often the rules over hours are wrong where nothing happened: synthetic series, the code of the service (src/analysis/series, the regression rule's
 * `firstWorsening`), every hour of every series looked at as the service does. How soon they are right where something did, power.ts says.
 *
 *     npx tsx bench/detection/series.ts [--series 240] [--days 100] [--seed 0] [--only PATTERN] [--rules anomaly] [--every 1]
 *
 * With --every 3, regressions are looked for every third hour: what is found goes on for longer than that, and it takes a third of the time.
 * Thresholds were chosen by the series of seed 0; another seed makes others of the same shapes. 240 series for 100 days take some five minutes.
 */
import { parseArgs } from "node:util";
import { type Anomaly, believedUpTo, GOING_ON_P, testsOf } from "../../src/analysis/series/anomalies.js";
import { DEFAULT_RULES } from "../../src/config/alert-rules.js";
import { firstWorsening, METRICS } from "../../src/notices/rules/worsening.js";
import {
  BASELINE_DAYS,
  HOUR,
  Known,
  OTHER_SHAPES,
  RELEASE_HOUR,
  SHAPES,
  type Shape,
  series,
} from "./hours.js";
import { garwood } from "./intervals.js";
import { table } from "./tables.js";

const { values } = parseArgs({
  options: {
    series: { type: "string", default: "240" },
    days: { type: "string", default: "100" },
    seed: { type: "string", default: "0" },
    only: { type: "string", default: "" },
    rules: { type: "string", default: "anomaly regression" },
    every: { type: "string", default: "1" },
  },
});
const [count, days, seed] = [Number(values.series), Number(values.days), Number(values.seed)];
const every = Number(values.every);
const shapes = [...SHAPES, ...OTHER_SHAPES].filter(({ name }) => new RegExp(values.only).test(name));
const end = days * 24;

interface Made {
  readonly shape: Shape;
  readonly known: Known;
}

/** False alarms by rule and by shape; what goes on in the next hour is the same one. */
class Alarms {
  readonly #found: { readonly rule: string; readonly shape: Shape; readonly hour: number }[] = [];
  readonly #goingOn = new Map<string, number>();

  isGoingOn(rule: string, index: number, hour: number): boolean {
    return this.#goingOn.get(`${rule} ${index}`) === hour - (rule.startsWith("regression") ? every : 1);
  }

  /** What is over for an hour and there again is counted once more, as it is told once more. */
  found(rule: string, index: number, hour: number): void {
    const shape = made[index]?.shape as Shape;
    if (!this.isGoingOn(rule, index, hour)) this.#found.push({ rule, shape, hour });
    this.#goingOn.set(`${rule} ${index}`, hour);
  }

  count(
    matches: (alarm: { readonly rule: string; readonly shape: Shape; readonly hour: number }) => boolean,
  ) {
    return this.#found.filter(matches).length;
  }
}

const made: readonly Made[] = Array.from({ length: count }, (_, index) => {
  const shape = shapes[index % shapes.length] as Shape;
  return { shape, known: new Known(series(shape, end, 17 * index + 1 + 1_000_003 * seed), end) };
});
const alarms = new Alarms();

function anomalies(): void {
  for (let hour = 0; hour < end; hour++) {
    const tests: (Anomaly & { readonly index: number })[] = [];
    for (const [index, { known }] of made.entries()) {
      const hours = known.upTo(hour, BASELINE_DAYS);
      // Series without calls in the last day are not read.
      if ((hours.at(-1)?.at ?? 0) <= (hour - 24) * HOUR) continue;
      for (const test of testsOf(hours, hour * HOUR)) tests.push({ ...test, index });
    }
    const { falseDiscoveryRate, maxP } = DEFAULT_RULES.anomaly;
    const limit = believedUpTo(
      tests.map(({ p }) => p),
      falseDiscoveryRate,
      maxP,
    );
    for (const { kind, p, index } of tests) {
      const rule = `anomaly: ${kind}`;
      const least = alarms.isGoingOn(rule, index, hour) ? Math.max(limit, GOING_ON_P) : limit;
      if (p <= least) alarms.found(rule, index, hour);
    }
  }
}

/** What begins with a release that is marked is told as expected. The marks are those of a version: from six hours before it on, and here to six hours after it. */
const isOfRelease = ({ releases = 0 }: Shape, since: number): boolean =>
  releases > 0 && Math.abs(((since / HOUR) % 168) - RELEASE_HOUR) <= 6;

async function regressions(): Promise<void> {
  for (const [index, { shape, known }] of made.entries())
    for (let hour = 0; hour < end; hour += every) {
      if (known.upTo(hour, 1).length === 0) continue;
      for (const metrics of METRICS) {
        const rule = `regression: ${metrics[0]}`;
        const isGoingOn = alarms.isGoingOn(rule, index, hour);
        const settings = DEFAULT_RULES.regression;
        const worse = await firstWorsening(known.lookedAt(hour, index + hour, isGoingOn), metrics, settings);
        if (worse && !isOfRelease(shape, worse.since)) alarms.found(rule, index, hour);
      }
    }
}

const rules = [
  "anomaly: rate",
  "anomaly: errors",
  "anomaly: duration",
  "regression: duration",
  "regression: errors",
].filter((rule) => values.rules.includes(rule.split(":")[0] as string));
const began = process.cpuUsage();
if (values.rules.includes("anomaly")) anomalies();
const afterAnomalies = process.cpuUsage(began);
if (values.rules.includes("regression")) await regressions();
const afterAll = process.cpuUsage(began);

const warm = count * (days - BASELINE_DAYS);
const isWarm = (hour: number): boolean => hour >= BASELINE_DAYS * 24;
const shown = (found: number, of: number): string => {
  const [low, high] = garwood(found);
  const thousand = (figure: number) => ((figure / of) * 1_000).toFixed(2);
  return `${thousand(found)} (${thousand(low)} to ${thousand(high)})`;
};
console.log(
  `## Nothing happened: ${count} series for ${days} days, seed ${seed}: ${warm} series-days after the first ${BASELINE_DAYS} of each, ${count * BASELINE_DAYS} of the first\n`,
);
const rows = [...rules, "all"].map((rule) => {
  const of = (warmly: boolean) =>
    alarms.count((alarm) => (rule === "all" || alarm.rule === rule) && isWarm(alarm.hour) === warmly);
  return [
    rule,
    String(of(true)),
    shown(of(true), warm),
    String(of(false)),
    shown(of(false), count * BASELINE_DAYS),
  ];
});
table(
  ["rule", "false alarms", "per 1,000 series-days (95 %)", "in the first 28 days", "per 1,000 (95 %)"],
  rows,
);
const names = [...new Set(shapes.map(({ name }) => name))];
table(
  ["series", "series-days", ...rules],
  names.map((name) => [
    name,
    String(made.filter(({ shape }) => shape.name === name).length * days),
    ...rules.map((rule) => String(alarms.count((alarm) => alarm.rule === rule && alarm.shape.name === name))),
  ]),
);
const volumes = [...new Set(shapes.map(({ volume }) => volume))].toSorted((one, other) => one - other);
table(
  ["calls an hour", `series-days after the first ${BASELINE_DAYS}`, "false alarms", "per 1,000 (95 %)"],
  volumes.map((volume) => {
    const of = made.filter(({ shape }) => shape.volume === volume).length * (days - BASELINE_DAYS);
    const found = alarms.count(({ shape, hour }) => shape.volume === volume && isWarm(hour));
    return [String(volume), String(of), String(found), shown(found, of)];
  }),
);
const micros = (usage: NodeJS.CpuUsage): number => usage.user + usage.system;
console.log(
  `CPU, microseconds a series and hour: ${(micros(afterAnomalies) / count / end).toFixed(0)} for anomalies, ${((micros(afterAll) - micros(afterAnomalies)) / count / end).toFixed(0)} for regressions.\n`,
);
