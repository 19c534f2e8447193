/**
 * Whether a series has changed for the worse: a cheap look at means, then whether it wanders like that by itself, then e-divisive with permutations,
 * each on what the one before left over.
 */
import type { Hour } from "../../analysis/series/anomalies.js";
import {
  CHANGE_POINT_DEFAULTS,
  type ChangePoint,
  changePointOf,
  standardErrorsOfRise,
} from "../../analysis/series/change-point.js";
import { likelihoodOfLevel } from "../../analysis/series/earlier-levels.js";
import { randomFrom } from "../../analysis/series/random.js";
import type { RuleSettings } from "../../config/alert-rules.js";
import type { Metric } from "./regression-mix.js";

type Settings = RuleSettings["regression"];

/** In so many days a shift is looked for. */
export const REGRESSION_DAYS = 14;
/** So many say how the series moves by itself. They are read of the few that look shifted. */
export const EARLIER_DAYS = 56;
/** Largest probability that the series is where its level wandered by itself. */
const MAX_LEVEL_P = 0.0001;
/** Hours with fewer calls say too little about a share. */
const MIN_CALLS = 20;
const MIN_HOURS = 48;
/** Fewer standard errors are chance: of all hours at which the series is looked at, and all splits. */
const MIN_STANDARD_ERRORS = 4.5;
/** What was found at the last look goes on as long as it is this clear: a figure near its bound is not told again and again. */
const GOING_ON = { standardErrors: 3, maxP: 0.05, partOfShift: 0.5 } as const;

/** One shift of durations is one incident: where the medians have shifted, nothing is said of the slowest calls. */
export const METRICS = [["duration", "p95"], ["errors"]] as const satisfies readonly (readonly Metric[])[];

/** A change for the worse. */
export interface Worsening {
  readonly metric: Metric;
  /** Milliseconds since 1970: the first hour after it. */
  readonly since: number;
  readonly change: ChangePoint;
}

/** The figures of a metric, on a scale on which shifts add up: logarithms of durations, log-odds of failures. */
export function figuresOf(
  hours: readonly Hour[],
  metric: Metric,
): { readonly ats: readonly number[]; readonly figures: readonly number[] } {
  const ats: number[] = [];
  const figures: number[] = [];
  for (const hour of hours) {
    const figure = figureOf(hour, metric);
    if (figure === undefined) continue;
    ats.push(hour.at);
    figures.push(figure);
  }
  return { ats, figures };
}

function figureOf({ calls, failed, logMedian, logP95 }: Hour, metric: Metric): number | undefined {
  if (metric === "duration") return logMedian;
  if (metric === "p95") return logP95;
  return calls < MIN_CALLS ? undefined : Math.log((failed + 0.5) / (calls - failed + 0.5));
}

/** What is known of a series at a look. */
export interface KnownSeries {
  /** {@link REGRESSION_DAYS} of hours, in the order of time. */
  readonly hours: readonly Hour[];
  /** {@link EARLIER_DAYS} of them, or as many as there are; called where the hours look shifted. */
  readonly withEarlier: () => readonly Hour[];
  /** Whether the look before found a shift. */
  readonly isGoingOn: boolean;
  /** Of the random numbers that permute: the same for the same look. */
  readonly seed: number;
}

/** The cheap look: whether the rest is worth its time. */
export const looksShifted = (hours: readonly Hour[], metrics: readonly Metric[]): boolean =>
  metrics.some((metric) => {
    const { figures } = figuresOf(hours, metric);
    return standardErrorsOfRise(figures, CHANGE_POINT_DEFAULTS.minSegment) >= MIN_STANDARD_ERRORS;
  });

/** The change for the worse that a series has, by the settings; of one that was found at the look before, whether it goes on. */
async function worsening(
  { hours, withEarlier, isGoingOn, seed }: KnownSeries,
  metric: Metric,
  { minShiftPercent, maxP }: Settings,
): Promise<Omit<Worsening, "metric"> | undefined> {
  const { ats, figures } = figuresOf(hours, metric);
  if (figures.length < MIN_HOURS) return undefined;
  const [standardErrors, largestP, part] = isGoingOn
    ? [GOING_ON.standardErrors, Math.max(maxP, GOING_ON.maxP), GOING_ON.partOfShift]
    : [MIN_STANDARD_ERRORS, maxP, 1];
  if (standardErrorsOfRise(figures, CHANGE_POINT_DEFAULTS.minSegment) < standardErrors) return undefined;
  // What goes on is not asked again: its own hours would be among the earlier ones some day.
  const isWorth = (at: number): boolean => {
    if (isGoingOn) return true;
    const all = figuresOf(withEarlier(), metric);
    return likelihoodOfLevel(all.figures, all.ats.indexOf(ats[at] ?? 0)) <= MAX_LEVEL_P;
  };
  const options = { ...CHANGE_POINT_DEFAULTS, maxP: largestP, random: randomFrom(seed), isWorth };
  const change = await changePointOf(figures, options);
  const since = change && ats[change.at];
  if (change === undefined || since === undefined || change.p > largestP || change.low <= 0) return undefined;
  // Odds of failing have to change by more than durations: shares are noisier.
  const least = metric === "errors" ? Math.log(1.5) : Math.log1p(minShiftPercent / 100);
  return change.shift >= least * part ? { since, change } : undefined;
}

/** Of the metrics, the first that has changed for the worse. */
export async function firstWorsening(
  series: KnownSeries,
  metrics: readonly Metric[],
  settings: Settings,
): Promise<Worsening | undefined> {
  for (const metric of metrics) {
    const worse = await worsening(series, metric, settings);
    if (worse !== undefined) return { ...worse, metric };
  }
  return undefined;
}
