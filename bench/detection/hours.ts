/** Series of hours that are made: steady, with seasons, with levels that move and in bursts; and with faults from some hour on. */
import type { Hour } from "../../src/analysis/series/anomalies.js";
import { randomFrom } from "../../src/analysis/series/random.js";
import { EARLIER_DAYS, type KnownSeries, REGRESSION_DAYS } from "../../src/notices/rules/worsening.js";

export const HOUR = 3_600_000;
export const BASELINE_DAYS = 28;

export interface Shape {
  readonly name: string;
  /** Calls of an hour on average. */
  readonly volume: number;
  readonly season: "none" | "day" | "week" | "workdays" | "nightly" | "bursts";
  /** Of the rate, from hour to hour: the smaller, the more they differ. Infinite: exactly so many calls every hour, as polling has them. */
  readonly size: number;
  readonly failures: number;
  /** How alike failures of one hour are. */
  readonly rho: number;
  /** Standard deviation of the median's logarithm from hour to hour, beside chance. */
  readonly drift: number;
  /** Standard deviation of levels that move by themselves (logarithms of rate, odds of failing and durations; of durations a third), with a correlation of 0.9 from hour to hour. */
  readonly moving?: number;
  /** Levels that go up or down by so much from time to time (logarithms, of durations and of the odds of failing at once), one step at most from the middle. */
  readonly steps?: number;
  /** Days between two of them on average; 3 by default. */
  readonly stepDays?: number;
  /** Two levels in turn, the higher one by so much (a logarithm), a third of the time: as of a cache that hits and misses. */
  readonly twoLevels?: number;
  /** Standard deviation of what a day adds to the level, steadily: a random walk of durations and odds. */
  readonly walk?: number;
  /** What each day adds to it. */
  readonly slope?: number;
  /** Standard deviation of the shift that comes with a release, each week. */
  readonly releases?: number;
  /** Growth of the rate in a day, as a factor. */
  readonly growth?: number;
  /** Failures that follow one that failed, on average, as retries with back-off do. */
  readonly retries?: number;
}

export interface Fault {
  readonly from: number;
  readonly rate?: number;
  readonly errors?: number;
  readonly duration?: number;
  /** Of the 95th percentile alone. */
  readonly p95?: number;
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

function binomial(n: number, p: number, random: Random): number {
  let count = 0;
  for (let index = 0; index < n; index++) if (random() < p) count++;
  return count;
}

const level = (season: Shape["season"], hour: number): number => {
  const day = 0.55 + 0.45 * Math.sin((2 * Math.PI * (hour % 24)) / 24);
  if (season === "day") return 2 * day;
  if (season === "week") return hour % 168 < 120 ? 2.4 * day : 0.4 * day;
  if (season === "workdays") return hour % 168 < 120 && hour % 24 >= 8 && hour % 24 < 18 ? 3.36 : 0;
  if (season === "nightly") return hour % 24 === 2 ? 12 : 0.5;
  return 1;
};

/** The hour of a week in which a release is made, in shapes that have some. */
export const RELEASE_HOUR = 34;

/** How levels change that last for days. */
class Wandering {
  readonly #shape: Shape;
  readonly #random: Random;
  #step = 0;
  #isHigh = false;
  #walked = 0;
  #released = 0;

  constructor(shape: Shape, random: Random) {
    this.#shape = shape;
    this.#random = random;
  }

  next(hour: number): number {
    const { steps = 0, stepDays = 3, twoLevels = 0, walk = 0, slope = 0, releases = 0 } = this.#shape;
    const random = this.#random;
    if (steps > 0 && random() < 1 / (24 * stepDays))
      this.#step = this.#step === 0 ? (random() < 0.5 ? 1 : -1) : 0;
    if (twoLevels > 0 && random() < (this.#isHigh ? 1 / 24 : 1 / 48)) this.#isHigh = !this.#isHigh;
    if (walk > 0) this.#walked += (walk / Math.sqrt(24)) * normal(random);
    if (releases > 0 && hour % 168 === RELEASE_HOUR) this.#released += releases * normal(random);
    return (
      steps * this.#step +
      (this.#isHigh ? twoLevels : 0) +
      this.#walked +
      (slope * hour) / 24 +
      this.#released
    );
  }
}

/** Standard deviations, by the square root of the number of calls, of the logarithms of a median and of a 95th percentile; log-spread 1. */
const OF_MEDIAN = 1.2533;
const OF_P95 = 2.1135;

export function series(shape: Shape, hours: number, seed: number, fault?: Fault): Hour[] {
  const random = randomFrom(seed);
  const made: Hour[] = [];
  const moving = [0, 0, 0];
  const wandering = new Wandering(shape, randomFrom(seed + 77_777_777));
  let isBurst = false;
  for (let hour = 0; hour < hours; hour++) {
    for (const [index, value] of moving.entries())
      moving[index] = 0.9 * value + Math.sqrt(1 - 0.81) * (shape.moving ?? 0) * normal(random);
    const [ofRate = 0, ofErrors = 0, ofDuration = 0] = moving;
    const wandered = wandering.next(hour);
    // A burst begins in one hour of fifty, and goes on with a half.
    isBurst = shape.season === "bursts" && random() < (isBurst ? 0.5 : 0.02);
    const isOn = fault !== undefined && hour >= fault.from;
    const mean =
      shape.volume *
      level(shape.season, hour) *
      (isBurst ? 15 : 1) *
      (shape.growth ?? 1) ** (hour / 24) *
      Math.exp(ofRate) *
      (isOn ? (fault.rate ?? 1) : 1);
    const calls = Number.isFinite(shape.size)
      ? poisson((mean * gamma(shape.size, random)) / shape.size, random)
      : Math.round(mean);
    if (calls === 0) continue;
    const odds = (shape.failures / (1 - shape.failures)) * Math.exp(ofErrors + wandered);
    const share = Math.min(0.95, (odds / (1 + odds)) * (isOn ? (fault.errors ?? 1) : 1));
    const total = (1 - shape.rho) / shape.rho;
    const [a, b] = [gamma(share * total, random), gamma((1 - share) * total, random)];
    const first = binomial(calls, a / (a + b), random);
    const failed = Math.min(calls, first + (shape.retries ? poisson(first * shape.retries, random) : 0));
    const common =
      shape.drift * normal(random) + ofDuration / 3 + wandered + (isOn ? Math.log(fault.duration ?? 1) : 0);
    const logMedian = 6 + common + (OF_MEDIAN / Math.sqrt(calls)) * normal(random);
    const logP95 =
      7.645 + common + (OF_P95 / Math.sqrt(calls)) * normal(random) + (isOn ? Math.log(fault.p95 ?? 1) : 0);
    made.push({
      at: hour * HOUR,
      calls,
      failed,
      logMedian: calls >= 10 ? logMedian : undefined,
      logP95: calls >= 60 ? logP95 : undefined,
    });
  }
  return made;
}

export const VOLUMES = [2, 30, 200];
/** Shapes by which thresholds were chosen, with seed 0. */
export const SHAPES: readonly Shape[] = VOLUMES.flatMap((volume) =>
  (["none", "day", "week"] as const).flatMap((season) => [
    { name: `${season}, even`, volume, season, size: 50, failures: 0.02, rho: 0.002, drift: 0.05 },
    { name: `${season}, uneven`, volume, season, size: 4, failures: 0.1, rho: 0.03, drift: 0.15 },
  ]),
);

const plain = { season: "none", size: 50, failures: 0.05, rho: 0.005, drift: 0.05 } as const;
/** What does not happen at random. */
export const OTHER_SHAPES: readonly Shape[] = [5, 40, 200].flatMap((volume): Shape[] => [
  { ...plain, name: "levels that move by 30 %", volume, moving: 0.3 },
  { ...plain, name: "levels that move by 15 %", volume, moving: 0.15 },
  { ...plain, name: "levels that move by 50 %", volume, moving: 0.5 },
  { ...plain, name: "15 % up and down, every three days", volume, steps: Math.log(1.15) },
  { ...plain, name: "50 % up and down, every three days", volume, steps: Math.log(1.5) },
  { ...plain, name: "two levels, threefold, one day in three", volume, twoLevels: Math.log(3) },
  { ...plain, name: "slower by 1 % a day", volume, slope: 0.01 },
  { ...plain, name: "a random walk of 2 % a day", volume, walk: 0.02 },
  { ...plain, name: "releases every week, marked, 20 %", volume, releases: 0.2 },
  { ...plain, name: "bursts of fifteen times as many", volume, season: "bursts" },
  { ...plain, name: "polling, the same number every hour", volume, size: Number.POSITIVE_INFINITY },
  { ...plain, name: "growing by 2 % a day", volume, growth: 1.02 },
  { ...plain, name: "shrinking by 2 % a day", volume, growth: 0.98 },
  { ...plain, name: "workdays from 8 to 18", volume, season: "workdays" },
  { ...plain, name: "a batch of edits every night", volume, season: "nightly" },
  { ...plain, name: "test, fix, test: failures of 30 % that come together", volume, failures: 0.3, rho: 0.2 },
  { ...plain, name: "retries with back-off, three on average", volume, retries: 3 },
  { ...plain, name: "overdispersed, size 0.5", volume, size: 0.5 },
]);

/** The part of a series that is known at an hour, and so far back. */
export class Known {
  readonly #hours: readonly Hour[];
  /** Number of entries before each hour. */
  readonly #before: Int32Array;

  constructor(hours: readonly Hour[], end: number) {
    this.#hours = hours;
    this.#before = new Int32Array(end + 2);
    let index = 0;
    for (let hour = 0; hour <= end + 1; hour++) {
      while (index < hours.length && (hours[index]?.at ?? 0) < hour * HOUR) index++;
      this.#before[hour] = index;
    }
  }

  upTo(hour: number, days: number): readonly Hour[] {
    return this.#hours.slice(this.#before[Math.max(0, hour - days * 24 + 1)], this.#before[hour + 1]);
  }

  /** As the rule of regressions sees it at a look. */
  lookedAt(hour: number, seed: number, isGoingOn = false): KnownSeries {
    return {
      hours: this.upTo(hour, REGRESSION_DAYS),
      withEarlier: () => this.upTo(hour, EARLIER_DAYS),
      isGoingOn,
      seed,
    };
  }
}
