/** Tools that have become slower, or fail more, for an agent, from some hour on. */
import type pg from "pg";
import type { Hour } from "../../analysis/series/anomalies.js";
import {
  CHANGE_POINT_DEFAULTS,
  type ChangePoint,
  changePointOf,
  standardErrorsOfRise,
} from "../../analysis/series/change-point.js";
import { medianOf } from "../../analysis/series/distributions.js";
import { randomFrom } from "../../analysis/series/random.js";
import { asExpected, expectationOf, readExpectedChanges } from "../expected-changes.js";
import type { Notice } from "../notice.js";
import { found, type PeriodicRule, type RuleInput, short } from "./periodic-rule.js";
import { HOUR_MILLIS, lastCompleteHour, type ToolSeries, toolSeries } from "./read-hours.js";
import {
  countsByVersion,
  type Metric,
  newVersionsOf,
  shiftWithin,
  type VersionCounts,
} from "./regression-mix.js";

const DAYS = 14;
/** Hours with fewer calls say too little about a share. */
const MIN_CALLS = 20;
const MIN_HOURS = 48;
/** Fewer standard errors are chance: of all hours at which the series is looked at, and all splits. */
const MIN_STANDARD_ERRORS = 4.5;
/** What was found at the last look goes on as long as it is this clear: a figure near its bound is not told again and again. */
const GOING_ON = { standardErrors: 3, maxP: 0.05, partOfShift: 0.5 } as const;

interface Regression {
  readonly metric: Metric;
  readonly agent: string;
  readonly tool: string;
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly change: ChangePoint;
  readonly first: { readonly run: string; readonly action: string } | undefined;
  readonly within: number | undefined;
  readonly versions: readonly VersionCounts[];
  /** Those that began with the change. */
  readonly newVersions: readonly string[];
}

/** Looked at once an hour. */
export function createRegressionRule(): PeriodicRule {
  let looked: { readonly hour: number; readonly regressions: readonly Regression[] } | undefined;
  return {
    rule: "regression",
    every: 60_000,
    async find(client, input) {
      const hour = lastCompleteHour(input.now);
      if (looked?.hour !== hour)
        looked = { hour, regressions: await regressionsOf(client, hour, input, looked?.regressions ?? []) };
      if (looked.regressions.length === 0) return [];
      // Marks may come after the look.
      const expected = await readExpectedChanges(client);
      return looked.regressions.map((regression) =>
        asExpected(
          noticeOf(regression, input.now),
          expectationOf(
            { ...regression, kind: kindOf(regression.metric), versions: regression.newVersions },
            expected,
          ),
        ),
      );
    },
  };
}

async function regressionsOf(
  client: pg.ClientBase,
  hour: number,
  input: RuleInput,
  before: readonly Regression[],
): Promise<readonly Regression[]> {
  const regressions: Regression[] = [];
  const goingOn = new Set(before.map(keyOf));
  // Statements of one connection take turns: series are read to the end first.
  const all: ToolSeries[] = [];
  // A tool that is not called in an hour has not become faster in it.
  const activeFrom = hour - 23 * HOUR_MILLIS;
  for await (const series of toolSeries(client, hour, { minCalls: 20, days: DAYS, activeFrom }))
    all.push(series);
  for (const series of all)
    for (const metrics of METRICS) {
      const regression = await regressionOf(client, series, metrics, input, goingOn);
      if (regression) regressions.push(regression);
      // Computing is no idling: the transaction would be ended for that.
      await client.query("select");
    }
  return regressions;
}

/** One shift of durations is one incident: where the medians have shifted, nothing is said of the slowest calls. */
export const METRICS = [["duration", "p95"], ["errors"]] as const satisfies readonly (readonly Metric[])[];
const keyOf = ({ metric, agent, tool }: Pick<Regression, "metric" | "agent" | "tool">): string =>
  JSON.stringify([kindOf(metric), agent, tool]);
const kindOf = (metric: Metric): "duration" | "errors" => (metric === "errors" ? "errors" : "duration");

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

/** The change for the worse that a series has, by the settings; of one that was found at the look before, whether it goes on. */
async function worsening(
  hours: readonly Hour[],
  metric: Metric,
  { minShiftPercent, maxP }: RuleInput["settings"]["regression"],
  seed: number,
  isGoingOn: boolean,
): Promise<{ readonly since: number; readonly change: ChangePoint } | undefined> {
  const { ats, figures } = figuresOf(hours, metric);
  if (figures.length < MIN_HOURS) return undefined;
  const [standardErrors, largestP, part] = isGoingOn
    ? [GOING_ON.standardErrors, Math.max(maxP, GOING_ON.maxP), GOING_ON.partOfShift]
    : [MIN_STANDARD_ERRORS, maxP, 1];
  if (standardErrorsOfRise(figures, CHANGE_POINT_DEFAULTS.minSegment) < standardErrors) return undefined;
  const options = { ...CHANGE_POINT_DEFAULTS, maxP: largestP, random: randomFrom(seed) };
  const change = await changePointOf(figures, options);
  const since = change && ats[change.at];
  if (change === undefined || since === undefined || change.p > largestP || change.low <= 0) return undefined;
  // Odds of failing have to change by more than durations: shares are noisier.
  const least = metric === "errors" ? Math.log(1.5) : Math.log1p(minShiftPercent / 100);
  return change.shift >= least * part ? { since, change } : undefined;
}

/** Of the metrics, the first that has changed for the worse. */
export async function firstWorsening(
  hours: readonly Hour[],
  metrics: readonly Metric[],
  settings: RuleInput["settings"]["regression"],
  seed: number,
  isGoingOn: boolean,
): Promise<Pick<Regression, "metric" | "since" | "change"> | undefined> {
  for (const metric of metrics) {
    const worse = await worsening(hours, metric, settings, seed, isGoingOn);
    if (worse !== undefined) return { ...worse, metric };
  }
  return undefined;
}

async function regressionOf(
  client: pg.ClientBase,
  { agent, tool, hours }: ToolSeries,
  metrics: readonly Metric[],
  { settings }: RuleInput,
  goingOn: ReadonlySet<string>,
): Promise<Regression | undefined> {
  const seed = hours.length * 31 + agent.length * 7 + tool.length;
  const isGoingOn = metrics.some((metric) => goingOn.has(keyOf({ metric, agent, tool })));
  const worse = await firstWorsening(hours, metrics, settings.regression, seed, isGoingOn);
  if (worse === undefined) return undefined;
  const { metric } = worse;
  const since = new Date(worse.since);
  const { rows: firsts } = await client.query<{ run: string; action: string }>(FIRST[kindOf(metric)], [
    agent,
    tool,
    since,
    Math.exp(usualAfter(hours, metric, worse.since)),
  ]);
  const change = { agent, tool, metric, since, days: DAYS };
  const versions = await countsByVersion(client, change);
  return {
    ...worse,
    agent,
    tool,
    first: firsts[0],
    within: await shiftWithin(client, change),
    versions,
    newVersions: newVersionsOf(versions, worse.since),
  };
}

function usualAfter(hours: readonly Hour[], metric: Metric, since: number): number {
  const after = hours.filter(({ at }) => at >= since);
  return medianOf(figuresOf(after, metric).figures);
}

const TAKES: Readonly<Record<Metric, string>> = {
  duration: "takes",
  p95: "takes in its slowest calls (95th percentile)",
  errors: "has odds of failing of",
};

function noticeOf(
  { metric, agent, tool, since, change, first, within, versions, newVersions }: Regression,
  now: number,
): Notice {
  const factor = (shift: number): number => Number(Math.exp(shift).toPrecision(3));
  const began = new Date(since).toISOString();
  const isNew = newVersions.length > 0;
  const isMix = !isNew && within !== undefined && within < change.shift / 2;
  const title = `${short(tool)} of ${short(agent)} ${TAKES[metric]} ${factor(change.shift)} times what it was before ${began.slice(0, 16)}Z (90 % interval ${factor(change.low)} to ${factor(change.high)})`;
  const reason = isMix
    ? "; mostly because other versions, projects or environments call it"
    : isNew
      ? `; new since then: version ${newVersions
          .slice(0, 3)
          .map((version) => short(version, 40))
          .join(", ")}`
      : "";
  return found(now, {
    rule: "regression",
    kind: kindOf(metric),
    severity: "warning",
    subjectKey: keyOf({ metric, agent, tool }),
    beginning: began,
    title: `${title}${reason}`,
    agentName: agent,
    correlationId: first?.run,
    actionIds: first ? [first.action] : [],
    evidence: {
      tool: tool.slice(0, 200),
      ...(metric === "errors" ? {} : { percentile: metric === "p95" ? 95 : 50 }),
      factor: factor(change.shift),
      low: factor(change.low),
      high: factor(change.high),
      p: change.p,
      since: began,
      factor_within: within === undefined ? null : factor(within),
      new_versions: newVersions.slice(0, 20),
      versions: versions.slice(0, 20),
    },
    query: `select * from agent_actions_v1.tool_stats where period = 'hour' and tool_name = '${tool.replaceAll("'", "''")}' and agent_name = '${agent.replaceAll("'", "''")}' order by starts_at`,
    beganAt: since,
    comesBack: true,
  });
}

const OF_CALLS =
  "agent_name = $1 and action_name = $2 and action_type = 'tool_call' and created_at >= $3 and created_at < $3::timestamptz + interval '1 day'";
const FIRST_ROW = "select correlation_id::text as run, id::text as action from agent_actions where";

/** The first call after the change that shows it: its run is the first bad one. */
const FIRST: Readonly<Record<"duration" | "errors", string>> = {
  duration: `${FIRST_ROW} ${OF_CALLS} and duration_ms >= $4::float8 order by created_at limit 1`,
  errors: `${FIRST_ROW} ${OF_CALLS} and agent_action_failed(action_type, status, error_group, action_details) and $4::float8 is not null order by created_at limit 1`,
};
