/** Series of hours that are made: steady or with seasons, with much or little variation, and with faults from some hour on. */
import type { Hour } from "../../src/analysis/series/anomalies.js";
import { randomFrom } from "../../src/analysis/series/random.js";

export const HOUR = 3_600_000;
export const BASELINE_DAYS = 28;
export const REGRESSION_DAYS = 14;

export interface Shape {
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

export interface Fault {
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

export function series(shape: Shape, hours: number, seed: number, fault?: Fault): Hour[] {
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

export const VOLUMES = [2, 30, 200];
export const SHAPES: readonly Shape[] = VOLUMES.flatMap((volume) =>
  (["none", "day", "week"] as const).flatMap((season) => [
    { volume, season, size: 50, failures: 0.02, rho: 0.002, drift: 0.05 },
    { volume, season, size: 4, failures: 0.1, rho: 0.03, drift: 0.15 },
  ]),
);

export const upTo = (hours: readonly Hour[], hour: number, days: number): readonly Hour[] =>
  hours.filter(({ at }) => at <= hour * HOUR && at > (hour - days * 24) * HOUR);
